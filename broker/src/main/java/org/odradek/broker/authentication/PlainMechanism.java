package org.odradek.broker.authentication;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * PLAIN (RFC 4616): name and password in one token.
 *
 * <pre>
 *   [authorization id] NUL name NUL password
 * </pre>
 *
 * <p>Thread-safety: immutable.
 */
public final class PlainMechanism implements SaslMechanism {
  /** Its name. */
  public static final String NAME = "PLAIN";

  /** What clients are told whether the name is unknown or the password wrong; Kafka's text. */
  private static final String REFUSED = "Authentication failed: Invalid username or password";

  private final PlainUsers users;

  private PlainMechanism(PlainUsers users) {
    this.users = users;
  }

  /** With the users of those modules that are for PLAIN. */
  public static PlainMechanism of(List<JaasEntry> entries) {
    return new PlainMechanism(PlainUsers.of(entries));
  }

  /** Whether anybody can log in. */
  public boolean hasUsers() {
    return users.size() > 0;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SaslExchange begin(InetSocketAddress client) {
    return this::evaluate;
  }

  private SaslExchange.Step evaluate(byte[] token) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(token)).toString();
    } catch (CharacterCodingException e) {
      return refused("", "Authentication failed: the PLAIN token is not UTF-8");
    }
    String[] parts = text.split("\0", -1);
    if (parts.length != 3) {
      return refused(
          "", "Authentication failed: the PLAIN token has " + parts.length + " parts instead of 3");
    }
    String asked = parts[0];
    String name = parts[1];
    if (name.isEmpty()) {
      return refused(name, "Authentication failed: username not specified");
    }
    if (parts[2].isEmpty()) {
      return refused(name, "Authentication failed: password not specified");
    }
    if (!users.accepts(name, parts[2])) {
      return refused(name, REFUSED);
    }
    if (!asked.isEmpty() && !asked.equals(name)) {
      return refused(
          name,
          "Authentication failed: one cannot log in for somebody else, the authorization id"
              + " differs from the username");
    }
    return new SaslExchange.Done(new byte[0], SaslExchange.Identity.ofUser(name));
  }

  private static SaslExchange.Step refused(String name, String why) {
    return new SaslExchange.Failed(name.isEmpty() ? null : name, why, why);
  }
}
