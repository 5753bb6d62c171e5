package org.odradek.broker.authentication;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names and passwords for PLAIN: the options {@code user_<name>="<password>"} of Kafka's login
 * module for it.
 *
 * <p>Thread-safety: immutable.
 */
final class PlainUsers {
  private static final String OPTION_PREFIX = "user_";

  /** What an unknown name's password is compared with, so that it takes as long as a known one. */
  private static final byte[] NOBODY =
      "nobody's password, never right".getBytes(StandardCharsets.UTF_8);

  private final Map<String, byte[]> passwords = new HashMap<>();

  private PlainUsers() {}

  static PlainUsers of(List<JaasEntry> entries) {
    PlainUsers users = new PlainUsers();
    for (JaasEntry entry : entries) {
      if (entry.moduleClass().equals(JaasEntry.PLAIN)) {
        entry
            .options()
            .forEach((name, value) -> {
              if (name.startsWith(OPTION_PREFIX)) {
                users.passwords.putIfAbsent(
                    name.substring(OPTION_PREFIX.length()), value.getBytes(StandardCharsets.UTF_8));
              }
            });
      }
    }
    return users;
  }

  /** Whether that is the password; the time it takes does not depend on how much of it is right. */
  boolean accepts(String name, String password) {
    byte[] expected = passwords.get(name);
    boolean same =
        MessageDigest.isEqual(
            password.getBytes(StandardCharsets.UTF_8), expected == null ? NOBODY : expected);
    return expected != null && same;
  }

  int size() {
    return passwords.size();
  }
}
