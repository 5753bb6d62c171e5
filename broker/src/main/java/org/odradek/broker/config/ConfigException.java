package org.odradek.broker.config;

import org.jspecify.annotations.Nullable;

/**
 * A configuration value that cannot be accepted. The message names the key, the value and what is
 * wrong with it in one line, in the form that Kafka's tools know from the wire: {@code Invalid
 * value abc for configuration retention.ms: Not a number of type LONG}.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String key, @Nullable Object value, String reason) {
    super("Invalid value " + value + " for configuration " + key + ": " + reason);
  }
}
