package org.odradek.broker.config;

import java.util.List;

/**
 * A typed name of a configuration key. What the key is, its limits and its default are in {@link
 * KeyTable}.
 *
 * @param <T> type of its values
 */
public record ConfigKey<T>(String name, Class<T> type) {

  static ConfigKey<Boolean> ofBoolean(String name) {
    return new ConfigKey<>(name, Boolean.class);
  }

  static ConfigKey<String> ofString(String name) {
    return new ConfigKey<>(name, String.class);
  }

  static ConfigKey<Integer> ofInt(String name) {
    return new ConfigKey<>(name, Integer.class);
  }

  static ConfigKey<Short> ofShort(String name) {
    return new ConfigKey<>(name, Short.class);
  }

  static ConfigKey<Long> ofLong(String name) {
    return new ConfigKey<>(name, Long.class);
  }

  static ConfigKey<Double> ofDouble(String name) {
    return new ConfigKey<>(name, Double.class);
  }

  static ConfigKey<Secret> ofSecret(String name) {
    return new ConfigKey<>(name, Secret.class);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static ConfigKey<List<String>> ofList(String name) {
    return new ConfigKey(name, List.class);
  }
}
