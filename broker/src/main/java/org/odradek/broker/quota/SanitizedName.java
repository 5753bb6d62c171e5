package org.odradek.broker.quota;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Names of users and clients as they are written in ZooKeeper's paths and in names of metrics:
 * percent-encoded, so that {@code <default>} is nobody's name.
 */
public final class SanitizedName {
  private SanitizedName() {}

  /** Letters, digits, dots, hyphens and underscores stay; the rest becomes {@code %XX} in UTF-8. */
  public static String of(String name) {
    if (isPlain(name)) {
      return name;
    }
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
  }

  private static boolean isPlain(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '-'
              || c == '_';
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  /**
   * The name that was sanitized.
   *
   * @throws IllegalArgumentException if it cannot have been
   */
  public static String original(String sanitized) {
    return URLDecoder.decode(sanitized, StandardCharsets.UTF_8);
  }
}
