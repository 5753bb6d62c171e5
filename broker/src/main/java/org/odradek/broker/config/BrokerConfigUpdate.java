package org.odradek.broker.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which broker configurations may change while the broker runs, and to what (KIP-226). */
final class BrokerConfigUpdate {
  /** Keys that stand for numbers of threads may at most double or halve at a time. */
  private static final List<ConfigKey<Integer>> THREAD_COUNTS =
      List.of(
          NetworkKeys.NUM_IO_THREADS,
          NetworkKeys.NUM_NETWORK_THREADS,
          NetworkKeys.BACKGROUND_THREADS,
          ReplicationKeys.NUM_REPLICA_FETCHERS,
          LogKeys.NUM_RECOVERY_THREADS_PER_DATA_DIR,
          LogKeys.LOG_CLEANER_THREADS);

  /** Kafka opens, closes and announces listeners while running; this broker does at its start. */
  private static final Set<String> AT_START_ONLY =
      Set.of(
          NetworkKeys.LISTENERS.name(),
          NetworkKeys.ADVERTISED_LISTENERS.name(),
          NetworkKeys.LISTENER_SECURITY_PROTOCOL_MAP.name());

  private BrokerConfigUpdate() {}

  /**
   * Checks what somebody wants to be set.
   *
   * @param settings all that shall then be set for the broker, or for all brokers
   * @param perBroker false for what is to be set for all brokers
   * @return what the broker would run with
   * @throws ConfigException with Kafka's text
   */
  static BrokerConfig validate(
      DynamicConfigs configs, Map<String, String> settings, boolean perBroker) {
    List<String> readOnly = new ArrayList<>();
    List<String> needListener = new ArrayList<>();
    List<String> needBroker = new ArrayList<>();
    for (String name : settings.keySet()) {
      switch (obstacle(name, perBroker)) {
        case READ_ONLY -> readOnly.add(name);
        case NEEDS_LISTENER -> needListener.add(name);
        case NEEDS_BROKER -> needBroker.add(name);
        case NONE -> {}
      }
    }
    refuse(readOnly, "Cannot update these configs dynamically: ");
    refuse(
        needListener,
        "These security configs can be dynamically updated only per-listener using the listener"
            + " prefix: ");
    refuse(
        needBroker,
        "Cannot update these configs at default cluster level, broker id must be specified: ");
    refuseWhatCannotBeKept(configs, settings, perBroker);
    BrokerConfig after =
        perBroker
            ? configs.initial().overlaid(configs.ofAllBrokers()).overlaid(settings)
            : configs.initial().overlaid(settings).overlaid(configs.ofThisBroker());
    checkThreadCounts(configs.current(), after);
    return after;
  }

  private static void refuse(List<String> names, String text) {
    if (!names.isEmpty()) {
      throw new ConfigException(text + "Set(" + String.join(", ", names) + ")");
    }
  }

  private static void refuseWhatCannotBeKept(
      DynamicConfigs configs, Map<String, String> settings, boolean perBroker) {
    for (String name : settings.keySet()) {
      if (AT_START_ONLY.contains(name)) {
        throw new ConfigException(
            name + " cannot be changed while running yet: set it in the file and start again");
      }
      if (StoredPasswords.isPassword(name)) {
        if (!perBroker) {
          throw new ConfigException("Password config can be defined only at broker level: " + name);
        }
        var unused = configs.passwords().requireCodec(name);
      }
    }
  }

  private static void checkThreadCounts(BrokerConfig before, BrokerConfig after) {
    for (ConfigKey<Integer> key : THREAD_COUNTS) {
      int old = before.value(key);
      int wanted = after.value(key);
      if (wanted == old) {
        continue;
      }
      String start =
          "Dynamic thread count update validation failed for " + key.name() + "=" + wanted;
      if (wanted <= 0) {
        throw new ConfigException(start + ", value should be at least 1");
      }
      if (wanted < old / 2) {
        throw new ConfigException(
            start + ", value should be at least half the current value " + old);
      }
      if (wanted > old * 2L) {
        throw new ConfigException(
            start + ", value should not be greater than double the current value " + old);
      }
    }
  }

  /** Why one setting that stands in ZooKeeper cannot be applied; null when it can. */
  static @Nullable String problem(String name, String text, boolean perBroker) {
    KeyDefinition definition = definition(name);
    if (definition == null) {
      return throttleProblem(name, text); // all others are keys of plug-ins
    }
    Obstacle obstacle =
        AT_START_ONLY.contains(name) ? Obstacle.READ_ONLY : obstacle(name, perBroker);
    if (obstacle != Obstacle.NONE) {
      return name + " " + obstacle.text;
    }
    try {
      definition.parse(text);
      return null;
    } catch (ConfigException e) {
      return e.getMessage();
    }
  }

  private static @Nullable String throttleProblem(String name, String text) {
    try {
      if (ThrottleKeys.isThrottle(name)) {
        var unused = ThrottleKeys.parse(name, text);
      }
      return null;
    } catch (ConfigException e) {
      return e.getMessage();
    }
  }

  private static @Nullable KeyDefinition definition(String name) {
    KeyDefinition definition = KeyTable.broker().find(name);
    return definition == null ? ListenerKey.baseDefinition(name) : definition;
  }

  /** Why a key cannot be set, whatever its value. */
  private enum Obstacle {
    NONE(""),
    READ_ONLY("can only be changed by a restart"),
    NEEDS_LISTENER("can only be set for a listener, by the prefix listener.name.<name>."),
    NEEDS_BROKER("can only be set for one broker");

    private final String text;

    Obstacle(String text) {
      this.text = text;
    }
  }

  private static Obstacle obstacle(String name, boolean perBroker) {
    KeyDefinition plain = KeyTable.broker().find(name);
    if (plain != null) {
      if (plain.dynamicMode() == DynamicMode.READ_ONLY) {
        return Obstacle.READ_ONLY;
      }
      if (SecurityKeys.isDynamicPerListener(plain)) {
        return Obstacle.NEEDS_LISTENER;
      }
      return !perBroker && plain.dynamicMode() == DynamicMode.PER_BROKER
          ? Obstacle.NEEDS_BROKER
          : Obstacle.NONE;
    }
    KeyDefinition base = ListenerKey.baseDefinition(name);
    if (base == null) {
      return Obstacle.NONE;
    }
    if (base.dynamicMode() == DynamicMode.READ_ONLY && !base.perListener()) {
      return Obstacle.READ_ONLY;
    }
    return !perBroker && !base.perListener() ? Obstacle.NEEDS_BROKER : Obstacle.NONE;
  }
}
