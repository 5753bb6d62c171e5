package org.odradek.broker.config;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.storage.LogConfig;

/**
 * The settings of one topic: what was set for it, over what the broker sets for all.
 *
 * <p>Thread-safety: immutable.
 */
public final class TopicSettings {
  private static final Set<String> BROKER_KEYS = readBrokerKeys();

  private final BrokerConfig broker;
  private final Map<String, String> overrides;

  /**
   * @param overrides as they stand in ZooKeeper; what is not valid among them has no effect
   */
  public TopicSettings(BrokerConfig broker, Map<String, String> overrides) {
    this.broker = broker;
    this.overrides = Map.copyOf(overrides);
  }

  /**
   * Checks what somebody wants to set for a topic.
   *
   * @throws ConfigException for the first key that is not known, and for values that are not
   *     allowed, alone or together; the messages are Kafka's
   */
  public static void validate(BrokerConfig broker, Map<String, String> overrides) {
    for (String name : overrides.keySet()) {
      if (KeyTable.topic().find(name) == null) {
        throw new ConfigException("Unknown topic config name: " + name);
      }
    }
    overrides.forEach((name, text) -> KeyTable.topic().require(name).parse(text));
    TopicSettings settings = new TopicSettings(broker, overrides);
    long minLagMs = (Long) settings.require(TopicKeys.MIN_COMPACTION_LAG_MS.name());
    long maxLagMs = (Long) settings.require(TopicKeys.MAX_COMPACTION_LAG_MS.name());
    if (minLagMs > maxLagMs) {
      throw new ConfigException(
          "conflict topic config setting min.compaction.lag.ms ("
              + minLagMs
              + ") > max.compaction.lag.ms ("
              + maxLagMs
              + ")");
    }
    if ((Boolean) settings.require(TopicKeys.REMOTE_STORAGE_ENABLE.name())) {
      throw new ConfigException(
          "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with"
              + " remote log storage.");
    }
  }

  /** The broker keys that topics fall back to, with their synonyms. */
  static Set<String> brokerKeys() {
    return BROKER_KEYS;
  }

  private static Set<String> readBrokerKeys() {
    Set<String> keys = new HashSet<>();
    for (KeyDefinition definition : KeyTable.topic().definitions()) {
      String brokerKey = definition.brokerKey();
      if (brokerKey != null) {
        keys.addAll(KeyTable.broker().require(brokerKey).synonyms());
      }
    }
    return Collections.unmodifiableSet(keys);
  }

  /** The value of a topic key, null where neither the topic nor the broker gives it one. */
  @Nullable Object value(String name) {
    KeyDefinition definition = KeyTable.topic().require(name);
    String text = overrides.get(name);
    if (text != null) {
      try {
        return definition.parse(text);
      } catch (ConfigException e) {
        // Somebody wrote it past the checks; the topic does as if it were not there.
        return fallback(definition);
      }
    }
    return fallback(definition);
  }

  /** The text of a topic key as DescribeConfigs shows it; null without a value. */
  public @Nullable String text(String name) {
    Object value = value(name);
    return value == null ? null : ConfigType.text(value);
  }

  private Object require(String name) {
    Object value = value(name);
    if (value == null) {
      throw new IllegalStateException("topic configuration without a value: " + name);
    }
    return value;
  }

  private @Nullable Object fallback(KeyDefinition definition) {
    return switch (definition.name()) {
      case "retention.ms" -> LogSettings.retentionMs(broker);
      case "segment.ms" -> LogSettings.rollMs(broker);
      case "segment.jitter.ms" -> LogSettings.rollJitterMs(broker);
      case "flush.ms" -> LogSettings.flushIntervalMs(broker);
      default -> {
        String brokerKey = definition.brokerKey();
        String text = brokerKey == null ? null : broker.text(brokerKey);
        yield text == null
            ? definition.defaultValue()
            : definition.type().parse(definition.name(), text);
      }
    };
  }

  /** What the topic's logs need of it. */
  public LogConfig logConfig() {
    Map<String, String> texts = new HashMap<>();
    for (KeyDefinition definition : KeyTable.topic().definitions()) {
      String text = text(definition.name());
      if (text != null) {
        texts.put(definition.name(), text);
      }
    }
    // Where these are not set, message.timestamp.difference.max.ms holds in their place.
    dropUnlimited(texts, TopicKeys.MESSAGE_TIMESTAMP_BEFORE_MAX_MS);
    dropUnlimited(texts, TopicKeys.MESSAGE_TIMESTAMP_AFTER_MAX_MS);
    return LogConfig.of(texts);
  }

  private static void dropUnlimited(Map<String, String> texts, ConfigKey<Long> key) {
    texts.remove(key.name(), String.valueOf(Long.MAX_VALUE));
  }
}
