package org.odradek.broker.config;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** The types that a configuration value may have, with their codes in DescribeConfigs responses. */
public enum ConfigType {
  BOOLEAN(1),
  STRING(2),
  INT(3),
  SHORT(4),
  LONG(5),
  DOUBLE(6),
  LIST(7),
  CLASS(8),
  PASSWORD(9);

  private final byte wireCode;

  ConfigType(int wireCode) {
    this.wireCode = (byte) wireCode;
  }

  /** The ConfigType field of DescribeConfigs responses from version 3. */
  public byte wireCode() {
    return wireCode;
  }

  /**
   * Reads a value as Kafka does: surrounding blanks are dropped, but for passwords.
   *
   * @throws ConfigException when {@code text} is not of this type
   */
  Object parse(String key, String text) {
    String trimmed = text.trim();
    return switch (this) {
      case BOOLEAN -> parseBoolean(key, text, trimmed);
      case STRING, CLASS -> trimmed;
      case INT, SHORT, LONG, DOUBLE -> number(key, text, trimmed);
      case LIST -> items(trimmed);
      case PASSWORD -> new Secret(text);
    };
  }

  private static List<String> items(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    return text.indexOf(',') < 0 ? List.of(text) : List.of(text.split("\\s*,\\s*", -1));
  }

  /** The text form of a parsed value, as DescribeConfigs shows it. */
  static String text(Object value) {
    if (value instanceof Secret secret) {
      return secret.text();
    }
    return value instanceof List<?> items ? joined(items) : value.toString();
  }

  private static String joined(List<?> items) {
    StringJoiner joined = new StringJoiner(",");
    for (Object item : items) {
      joined.add(item.toString());
    }
    return joined.toString();
  }

  private static Boolean parseBoolean(String key, String text, String trimmed) {
    if (trimmed.equalsIgnoreCase("true")) {
      return true;
    }
    if (trimmed.equalsIgnoreCase("false")) {
      return false;
    }
    throw new ConfigException(key, text, "Expected value to be either true or false");
  }

  private Number number(String key, String text, String trimmed) {
    try {
      return switch (this) {
        case INT -> Integer.valueOf(trimmed);
        case SHORT -> Short.valueOf(trimmed);
        case LONG -> Long.valueOf(trimmed);
        default -> Double.valueOf(trimmed);
      };
    } catch (NumberFormatException e) {
      throw new ConfigException(key, text, "Not a number of type " + name());
    }
  }

  /** What a person calls this type. */
  String description() {
    return switch (this) {
      case BOOLEAN -> "true or false";
      case STRING -> "a text";
      case INT, SHORT, LONG -> "a whole number (" + name().toLowerCase(Locale.ROOT) + ")";
      case DOUBLE -> "a number";
      case LIST -> "a list, separated by commas";
      case CLASS -> "a class name";
      case PASSWORD -> "a password";
    };
  }
}
