package org.odradek.controller.znode;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Names of users, clients and principals in the form in which they stand in znodes and metrics:
 * URL-encoded, the blank as {@code %20} and the asterisk too, so that any name is one element of a
 * path. The names {@code <default>} of {@link ConfigEntity} are not encoded by anyone.
 */
public final class SanitizedName {
  private SanitizedName() {}

  public static String of(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("*", "%2A").replace("+", "%20");
  }

  /**
   * The name that {@code sanitized} stands for.
   *
   * @throws IllegalArgumentException if it has a percent sign without two hex digits behind it
   */
  public static String decode(String sanitized) {
    return URLDecoder.decode(sanitized, StandardCharsets.UTF_8);
  }
}
