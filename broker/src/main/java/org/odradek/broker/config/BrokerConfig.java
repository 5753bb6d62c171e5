package org.odradek.broker.config;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that the broker runs with: every key's value, given or by default.
 *
 * <p>A change while running makes a new instance ({@link #overlaid}); whoever holds one sees a
 * consistent set. {@link BrokerConfigFile} reads one from {@code server.properties}.
 *
 * <p>Thread-safety: immutable.
 */
public final class BrokerConfig {
  private final Map<String, String> settings;
  private final Map<String, Object> values;

  private BrokerConfig(Map<String, String> settings) {
    this.settings = Collections.unmodifiableMap(withNodeId(settings));
    this.values = parse(this.settings);
  }

  /**
   * Parses and validates, each key for itself and all of them against each other.
   *
   * @param settings the keys that were given, unknown ones among them, and their texts
   * @throws ConfigException for the first value that is not allowed
   */
  public static BrokerConfig of(Map<String, String> settings) {
    BrokerConfig config = new BrokerConfig(settings);
    ConfigChecks.check(config);
    return config;
  }

  /** {@code broker.id} and {@code node.id} are two names of one thing: giving one gives both. */
  private static Map<String, String> withNodeId(Map<String, String> settings) {
    Map<String, String> complete = new LinkedHashMap<>(settings);
    String broker = settings.get(BrokerKeys.BROKER_ID.name());
    String node = settings.get(BrokerKeys.NODE_ID.name());
    if (broker != null) {
      complete.putIfAbsent(BrokerKeys.NODE_ID.name(), broker);
    } else if (node != null) {
      complete.put(BrokerKeys.BROKER_ID.name(), node);
    }
    return complete;
  }

  private static Map<String, Object> parse(Map<String, String> settings) {
    Map<String, Object> values = new HashMap<>(KeyTable.broker().defaults());
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String name = setting.getKey();
      KeyDefinition definition = KeyTable.broker().find(name);
      if (definition == null) {
        definition = ListenerKey.baseDefinition(name);
      }
      if (definition != null) {
        values.put(name, definition.parse(setting.getValue()));
      } else if (ThrottleKeys.isThrottle(name)) {
        values.put(name, ThrottleKeys.parse(name, setting.getValue()));
      }
    }
    return values;
  }

  /**
   * The value of a key that always has one.
   *
   * @throws IllegalStateException when the key is neither set nor has a default
   */
  public <T> T value(ConfigKey<T> key) {
    T value = optional(key);
    if (value == null) {
      throw new IllegalStateException(key.name() + " is not set and has no default");
    }
    return value;
  }

  /** The value of a key, null where it is neither set nor has a default. */
  public <T> @Nullable T optional(ConfigKey<T> key) {
    Object value = values.get(key.name());
    return value == null ? null : key.type().cast(value);
  }

  /**
   * The value of a key for one listener: that of {@code listener.name.<listener>.<key>}, else that
   * of the key itself.
   */
  public <T> @Nullable T optional(String listenerName, ConfigKey<T> key) {
    Object value =
        values.get("listener.name." + listenerName.toLowerCase(Locale.ROOT) + "." + key.name());
    return value == null ? optional(key) : key.type().cast(value);
  }

  /** Like {@link #optional(String, ConfigKey)} for a key that always has a value. */
  public <T> T value(String listenerName, ConfigKey<T> key) {
    T value = optional(listenerName, key);
    if (value == null) {
      throw new IllegalStateException(key.name() + " is not set and has no default");
    }
    return value;
  }

  /** The text that {@code name} stands at, as DescribeConfigs shows it; null without a value. */
  @Nullable String text(String name) {
    Object value = values.get(name);
    return value == null ? null : ConfigType.text(value);
  }

  /** Whether a key has another value, or a value only, in one of the two. */
  boolean differs(BrokerConfig other, String name) {
    return !Objects.equals(values.get(name), other.values.get(name));
  }

  /** Whether the key was given, be it with the text of its default. */
  public boolean isSet(ConfigKey<?> key) {
    return settings.containsKey(key.name());
  }

  /** Whether the key was given for this listener, by {@code listener.name.<listener>.<key>}. */
  public boolean isSet(String listenerName, ConfigKey<?> key) {
    return settings.containsKey(
        "listener.name." + listenerName.toLowerCase(Locale.ROOT) + "." + key.name());
  }

  /** What was given: keys and texts, unknown keys among them. Holds secrets: never log it. */
  public Map<String, String> settings() {
    return settings;
  }

  /**
   * This configuration with {@code changes} laid over it. A change takes the place of all synonyms
   * of its key, so that {@code log.retention.hours} given later wins over {@code log.retention.ms}
   * given here.
   *
   * @throws ConfigException when the result is not valid
   */
  public BrokerConfig overlaid(Map<String, String> changes) {
    if (changes.isEmpty()) {
      return this;
    }
    Map<String, String> merged = new LinkedHashMap<>(settings);
    changes.forEach((name, text) -> {
      KeyDefinition definition = KeyTable.broker().find(name);
      if (definition != null) {
        definition.synonyms().forEach(merged::remove);
      }
      merged.put(name, text);
    });
    return of(merged);
  }
}
