package org.odradek.broker.authentication;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a SCRAM message, {@code n=user,r=nonce}: one letter and its value each, in
 * their order; those after the known ones are extensions, whose names may be longer.
 */
final class ScramAttributes {
  private final Map<String, String> values = new LinkedHashMap<>();

  private ScramAttributes() {}

  /** Null when it is not of that form. */
  static @Nullable ScramAttributes parse(String text) {
    ScramAttributes attributes = new ScramAttributes();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals <= 0
          || attributes.values.put(part.substring(0, equals), part.substring(equals + 1)) != null) {
        return null;
      }
    }
    return attributes;
  }

  @Nullable String text(String name) {
    return values.get(name);
  }

  /** Null when it is missing, or not base64. */
  byte @Nullable [] bytes(String name) {
    String text = values.get(name);
    if (text == null) {
      return null;
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Null when it is missing, or no number. */
  @Nullable Integer number(String name) {
    String text = values.get(name);
    try {
      return text == null ? null : Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** A name as it is written in messages. */
  static String escaped(String name) {
    return name.replace("=", "=3D").replace(",", "=2C");
  }

  /** The name that is written so; null when it cannot have been. */
  static @Nullable String unescaped(String written) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (c != '=') {
        name.append(c);
      } else if (written.startsWith("=2C", i)) {
        name.append(',');
        i += 2;
      } else if (written.startsWith("=3D", i)) {
        name.append('=');
        i += 2;
      } else {
        return null;
      }
    }
    return name.toString();
  }
}
