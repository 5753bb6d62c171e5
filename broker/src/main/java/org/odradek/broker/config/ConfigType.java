package org.odradek.broker.config;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

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
      case INT -> number(key, text, trimmed, Integer::valueOf);
      case SHORT -> number(key, text, trimmed, Short::valueOf);
      case LONG -> number(key, text, trimmed, Long::valueOf);
      case DOUBLE -> number(key, text, trimmed, Double::valueOf);
      case LIST -> trimmed.isEmpty() ? List.of() : List.of(trimmed.split("\\s*,\\s*", -1));
      case PASSWORD -> new Secret(text);
    };
  }

  /** The text form of a parsed value, as DescribeConfigs shows it. */
  static String text(Object value) {
    return switch (value) {
      case List<?> list -> String.join(",", list.stream().map(Object::toString).toList());
      case Secret secret -> secret.text();
      default -> value.toString();
    };
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

  private <N extends Number> N number(
      String key, String text, String trimmed, Function<String, N> parser) {
    try {
      return parser.apply(trimmed);
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
