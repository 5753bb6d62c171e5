package org.odradek.broker.config;

import org.jspecify.annotations.Nullable;

/**
 * A configuration value that cannot be accepted. The message names the key, the value and what is
 * wrong with it in one line, in the form that Kafka's tools know from the wire: {@code Invalid
 * value abc for configuration retention.ms: Not a number of type LONG}.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean aboutOneValue;

  public ConfigException(String message) {
    super(message);
    this.aboutOneValue = false;
  }

  public ConfigException(String key, @Nullable Object value, String reason) {
    super("Invalid value " + value + " for configuration " + key + ": " + reason);
    this.aboutOneValue = true;
  }

  /** Whether it is one key's value that is wrong, not how several go together. */
  boolean aboutOneValue() {
    return aboutOneValue;
  }
}
