package org.odradek.broker.authentication;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * What the server keeps of a password: enough to check it, not enough to log in with.
 *
 * <p>As text, in ZooKeeper, it is {@code salt=...,stored_key=...,server_key=...,iterations=4096}
 * with bytes in base64.
 */
public final class ScramCredential {
  private final byte[] salt;
  private final byte[] storedKey;
  private final byte[] serverKey;
  private final int iterations;

  /** Takes the arrays over. */
  ScramCredential(byte[] salt, byte[] storedKey, byte[] serverKey, int iterations) {
    this.salt = salt;
    this.storedKey = storedKey;
    this.serverKey = serverKey;
    this.iterations = iterations;
  }

  /** From what a client makes of a password (AlterUserScramCredentials sends that). */
  public static ScramCredential ofSaltedPassword(
      ScramHash hash, byte[] saltedPassword, byte[] salt, int iterations) {
    byte[] clientKey = hash.hmac(saltedPassword, "Client Key".getBytes(StandardCharsets.UTF_8));
    byte[] serverKey = hash.hmac(saltedPassword, "Server Key".getBytes(StandardCharsets.UTF_8));
    return new ScramCredential(salt, hash.hash(clientKey), serverKey, iterations);
  }

  /** From the password itself; takes some milliseconds of CPU time. */
  public static ScramCredential ofPassword(
      ScramHash hash, String password, byte[] salt, int iterations) {
    return ofSaltedPassword(
        hash, hash.saltedPassword(password, salt, iterations), salt, iterations);
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is not of that form; the message holds none of it
   */
  public static ScramCredential parse(String text) {
    Map<String, String> parts = new HashMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        parts.put(part.substring(0, equals).trim(), part.substring(equals + 1).trim());
      }
    }
    try {
      return new ScramCredential(
          bytes(parts, "salt"),
          bytes(parts, "stored_key"),
          bytes(parts, "server_key"),
          Integer.parseInt(required(parts, "iterations")));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("its iterations are not a number", e);
    }
  }

  private static byte[] bytes(Map<String, String> parts, String name) {
    String text = required(parts, name);
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its " + name + " is not base64", e);
    }
  }

  private static String required(Map<String, String> parts, String name) {
    String text = parts.get(name);
    if (text == null) {
      throw new IllegalArgumentException("it has no " + name);
    }
    return text;
  }

  /** The text form. A secret. */
  public String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return "salt="
        + base64.encodeToString(salt)
        + ",stored_key="
        + base64.encodeToString(storedKey)
        + ",server_key="
        + base64.encodeToString(serverKey)
        + ",iterations="
        + iterations;
  }

  byte[] salt() {
    return salt;
  }

  byte[] storedKey() {
    return storedKey;
  }

  byte[] serverKey() {
    return serverKey;
  }

  public int iterations() {
    return iterations;
  }

  @Override
  public String toString() {
    return "a credential of " + iterations + " iterations";
  }
}
