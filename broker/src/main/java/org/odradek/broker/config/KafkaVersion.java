package org.odradek.broker.config;

import java.util.List;

/**
 * The values of {@code inter.broker.protocol.version} and {@code log.message.format.version}: the
 * internal versions of Kafka in their order. A short form such as {@code 2.8} means the last
 * internal version of that release.
 */
public final class KafkaVersion {
  private static final List<String> NAMES =
      List.of(
          "0.8.0",
          "0.8.1",
          "0.8.2",
          "0.9.0",
          "0.10.0-IV0",
          "0.10.0-IV1",
          "0.10.1-IV0",
          "0.10.1-IV1",
          "0.10.1-IV2",
          "0.10.2-IV0",
          "0.11.0-IV0",
          "0.11.0-IV1",
          "0.11.0-IV2",
          "1.0-IV0",
          "1.1-IV0",
          "2.0-IV0",
          "2.0-IV1",
          "2.1-IV0",
          "2.1-IV1",
          "2.1-IV2",
          "2.2-IV0",
          "2.2-IV1",
          "2.3-IV0",
          "2.3-IV1",
          "2.4-IV0",
          "2.4-IV1",
          "2.5-IV0",
          "2.6-IV0",
          "2.7-IV0",
          "2.7-IV1",
          "2.7-IV2",
          "2.8-IV0",
          "2.8-IV1",
          "3.0-IV0",
          "3.0-IV1",
          "3.1-IV0",
          "3.2-IV0",
          "3.3-IV0",
          "3.3-IV1",
          "3.3-IV2",
          "3.3-IV3",
          "3.4-IV0",
          "3.5-IV0",
          "3.5-IV1",
          "3.5-IV2",
          "3.6-IV0",
          "3.6-IV1",
          "3.6-IV2",
          "3.7-IV0",
          "3.7-IV1",
          "3.7-IV2",
          "3.7-IV3",
          "3.7-IV4",
          "3.8-IV0",
          "3.9-IV0",
          "4.0-IV0",
          "4.0-IV1");

  private KafkaVersion() {}

  static List<String> names() {
    return NAMES;
  }

  /** Whether {@code text} is one of the versions, in a form that Kafka takes. */
  public static boolean isValid(String text) {
    return order(text) >= 0;
  }

  /**
   * Whether {@code text} is {@code other} or newer.
   *
   * @throws IllegalArgumentException when either is not a version
   */
  public static boolean isAtLeast(String text, String other) {
    int left = order(text);
    int right = order(other);
    if (left < 0 || right < 0) {
      throw new IllegalArgumentException("not versions of Kafka: " + text + ", " + other);
    }
    return left >= right;
  }

  /** The place of a version in their order, -1 when there is no such version. */
  private static int order(String text) {
    int exact = NAMES.indexOf(text);
    if (exact >= 0) {
      return exact;
    }
    String[] parts = text.split("\\.", -1);
    int significant = text.startsWith("0.") ? 3 : 2;
    if (parts.length < significant) {
      return -1;
    }
    String release = String.join(".", List.of(parts).subList(0, significant));
    for (int i = NAMES.size() - 1; i >= 0; i--) {
      String name = NAMES.get(i);
      int dash = name.indexOf('-');
      if ((dash < 0 ? name : name.substring(0, dash)).equals(release)) {
        return i;
      }
    }
    return -1;
  }
}
