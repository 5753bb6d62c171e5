package org.odradek.broker.authentication;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The hash functions that SCRAM (RFC 5802, RFC 7677) is used with, and what is made of them. */
public enum ScramHash {
  SHA_256("SCRAM-SHA-256", 1, "SHA-256", "HmacSHA256", 256),
  SHA_512("SCRAM-SHA-512", 2, "SHA-512", "HmacSHA512", 512);

  /** Fewer make guessing too cheap; Kafka's limit. */
  public static final int ITERATIONS_MIN = 4096;

  /** More take too long; Kafka's limit for AlterUserScramCredentials. */
  public static final int ITERATIONS_MAX = 16_384;

  private final String mechanism;
  private final byte code;
  private final String digest;
  private final String mac;
  private final int bits;

  ScramHash(String mechanism, int code, String digest, String mac, int bits) {
    this.mechanism = mechanism;
    this.code = (byte) code;
    this.digest = digest;
    this.mac = mac;
    this.bits = bits;
  }

  /** {@code SCRAM-SHA-256}. */
  public String mechanism() {
    return mechanism;
  }

  /** The number in DescribeUserScramCredentials and AlterUserScramCredentials (KIP-554). */
  public byte code() {
    return code;
  }

  public static @Nullable ScramHash forMechanism(String name) {
    for (ScramHash hash : values()) {
      if (hash.mechanism.equals(name)) {
        return hash;
      }
    }
    return null;
  }

  public static @Nullable ScramHash forCode(byte code) {
    for (ScramHash hash : values()) {
      if (hash.code == code) {
        return hash;
      }
    }
    return null;
  }

  byte[] hash(byte[] bytes) {
    try {
      return MessageDigest.getInstance(digest).digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + digest, e);
    }
  }

  byte[] hmac(byte[] key, byte[] bytes) {
    try {
      Mac made = Mac.getInstance(mac);
      made.init(new SecretKeySpec(key, mac));
      return made.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + mac, e);
    }
  }

  /** PBKDF2: takes some milliseconds of CPU time. */
  byte[] saltedPassword(String password, byte[] salt, int iterations) {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, bits);
    try {
      return SecretKeyFactory.getInstance("PBKDF2With" + mac).generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PBKDF2With" + mac, e);
    } finally {
      spec.clearPassword();
    }
  }
}
