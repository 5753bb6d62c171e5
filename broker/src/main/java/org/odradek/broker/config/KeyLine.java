package org.odradek.broker.config;

import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.KeyDefinition.Visibility;

/** Reads one defining line of a {@code .keys} resource; {@link KeyTable} has the format. */
final class KeyLine {
  private final String name;
  private final ConfigType type;
  private @Nullable String defaultText;
  private @Nullable String min;
  private @Nullable String max;
  private Constraint constraint = new Constraint.Any();
  private Importance importance = Importance.MEDIUM;
  private DynamicMode dynamicMode = DynamicMode.READ_ONLY;
  private boolean perListener;
  private Visibility visibility = Visibility.SHOWN;
  private boolean ignored;
  private List<String> synonyms;
  private @Nullable String brokerKey;

  private KeyLine(String name, ConfigType type) {
    this.name = name;
    this.type = type;
    this.synonyms = List.of(name);
  }

  static KeyDefinition parse(String subject, String line) {
    StringTokenizer words = new StringTokenizer(line, " ");
    String name = words.nextToken();
    ConfigType type = ConfigType.valueOf(words.nextToken().toUpperCase(Locale.ROOT));
    KeyLine parsed = new KeyLine(name, type);
    while (words.hasMoreTokens()) {
      parsed.word(words.nextToken());
    }
    return parsed.definition(subject);
  }

  private void word(String word) {
    int equals = word.indexOf('=');
    if (equals < 0) {
      flag(word);
    } else {
      attribute(word.substring(0, equals), word.substring(equals + 1));
    }
  }

  private void flag(String flag) {
    switch (flag) {
      case "high" -> importance = Importance.HIGH;
      case "medium" -> importance = Importance.MEDIUM;
      case "low" -> importance = Importance.LOW;
      case "per-listener" -> perListener = true;
      case "older" -> visibility = Visibility.OLDER;
      case "newer" -> visibility = Visibility.NEWER;
      case "internal" -> visibility = Visibility.INTERNAL;
      case "authorizer" -> visibility = Visibility.AUTHORIZER;
      case "ignored" -> ignored = true;
      default -> throw new IllegalStateException(name + ": unknown flag " + flag);
    }
  }

  private void attribute(String attribute, String value) {
    switch (attribute) {
      case "default" -> defaultText = value;
      case "min" -> min = value;
      case "max" -> max = value;
      case "oneof" -> constraint = new Constraint.OneOf(items(value, '|'), false);
      case "oneof-anycase" -> constraint = new Constraint.OneOf(items(value, '|'), true);
      case "check" ->
          constraint = Constraint.Special.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
      case "dynamic" ->
          dynamicMode = value.equals("cluster") ? DynamicMode.CLUSTER_WIDE : DynamicMode.PER_BROKER;
      case "synonyms" -> synonyms = items(value, ',');
      case "broker" -> brokerKey = value;
      default -> throw new IllegalStateException(name + ": unknown attribute " + attribute);
    }
  }

  private static List<String> items(String value, char separator) {
    return List.of(value.split(separator == '|' ? "\\|" : ",", -1));
  }

  private KeyDefinition definition(String subject) {
    if (min != null || max != null) {
      constraint =
          new Constraint.Range(
              min == null ? Double.NEGATIVE_INFINITY : Double.parseDouble(min),
              max == null ? Double.POSITIVE_INFINITY : Double.parseDouble(max),
              min == null ? "" : min,
              max == null ? "" : max);
    }
    return new KeyDefinition(
        name,
        subject,
        type,
        defaultText,
        constraint,
        importance,
        dynamicMode,
        perListener,
        visibility,
        ignored,
        synonyms,
        brokerKey);
  }
}
