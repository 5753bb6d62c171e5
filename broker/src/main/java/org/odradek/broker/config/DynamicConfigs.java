package org.odradek.broker.config;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.odradek.controller.config.ConfigChangeHandler;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.storage.LogConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration as it is now: what the broker was started with, under what is set in ZooKeeper
 * for all brokers, under what is set there for this one; and the settings of each topic.
 *
 * <p>What is found there is taken key by key: a key that cannot change while running, or a value
 * that is not allowed, is logged and passed over, since it may come from a tool or a broker of
 * another version. Passwords are encrypted there in Kafka's form; here they are in the clear.
 *
 * <p>Thread-safety: changes come from one thread at a time ({@link #configChanged}, called by who
 * watches ZooKeeper), and so do the calls of subscribers; everything else from any thread.
 */
public final class DynamicConfigs implements ConfigChangeHandler {
  private static final Logger log = LoggerFactory.getLogger(DynamicConfigs.class);

  private final BrokerConfig initial;
  private final String brokerName;
  private final StoredPasswords passwords;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final List<Guarded> guards = new CopyOnWriteArrayList<>();
  private final List<TopicConfigListener> topicListeners = new CopyOnWriteArrayList<>();
  private final List<ConfigChangeHandler> others = new CopyOnWriteArrayList<>();
  private final Map<String, Map<String, String>> topics = new ConcurrentHashMap<>();
  private volatile State state;

  /** What holds at one moment. */
  private record State(
      Map<String, String> ofAllBrokers, Map<String, String> ofThisBroker, BrokerConfig config) {}

  private record Subscription(Set<String> keys, Consumer<BrokerConfig> subscriber) {}

  private record Guarded(Set<String> keys, ConfigGuard guard) {

    /** Whether one of the names is that of a key, for the broker or for a listener. */
    boolean concerns(Set<String> names) {
      return names.stream()
          .anyMatch(name -> {
            KeyDefinition base = ListenerKey.baseDefinition(name);
            return keys.contains(base == null ? name : base.name());
          });
    }
  }

  /** Hears of changes that concern topics. */
  public interface TopicConfigListener {

    /** The settings of one topic have changed; it need not be one that has logs here. */
    void topicConfigChanged(String topic, LogConfig config);

    /**
     * Broker settings that stand in for those of topics have changed: every topic's {@link
     * DynamicConfigs#logConfig} may be another.
     */
    void topicDefaultsChanged();
  }

  /**
   * @param initial what the broker was started with
   * @param brokerId the one it has, be it given or made
   */
  public DynamicConfigs(BrokerConfig initial, int brokerId) {
    this.initial = initial;
    this.brokerName = String.valueOf(brokerId);
    this.passwords = StoredPasswords.of(initial);
    this.state = new State(Map.of(), Map.of(), initial);
  }

  /** What the broker runs with now. */
  public BrokerConfig current() {
    return state.config;
  }

  /** What it was started with. */
  BrokerConfig initial() {
    return initial;
  }

  /** How passwords are stored. */
  StoredPasswords passwords() {
    return passwords;
  }

  /** Keys and texts set for all brokers, as found, but for what is not dynamic. */
  Map<String, String> ofAllBrokers() {
    return state.ofAllBrokers;
  }

  /** Keys and texts set for this broker, as found, but for what is not dynamic. */
  Map<String, String> ofThisBroker() {
    return state.ofThisBroker;
  }

  /**
   * Has {@code subscriber} called after any of {@code keys} has got another value, for this broker
   * or for one of its listeners.
   */
  public void subscribe(Set<ConfigKey<?>> keys, Consumer<BrokerConfig> subscriber) {
    Set<String> names = keys.stream().map(ConfigKey::name).collect(Collectors.toUnmodifiableSet());
    subscriptions.add(new Subscription(names, subscriber));
  }

  /** Has {@code guard} asked before any of {@code keys} is changed by request. */
  public void guard(Set<ConfigKey<?>> keys, ConfigGuard guard) {
    Set<String> names = keys.stream().map(ConfigKey::name).collect(Collectors.toUnmodifiableSet());
    guards.add(new Guarded(names, guard));
  }

  /**
   * Asks those who guard any of the keys.
   *
   * @param names the keys that a request names, whether their values differ or not
   * @return fails with a {@link ConfigException} when one of them does not agree
   */
  CompletableFuture<Void> check(Set<String> names, BrokerConfig after) {
    CompletableFuture<Void> agreed = CompletableFuture.completedFuture(null);
    for (Guarded guarded : guards) {
      if (guarded.concerns(names)) {
        agreed = agreed.thenCompose(before -> guarded.guard.check(after));
      }
    }
    return agreed;
  }

  /** Tells those who guard any of the keys that they have been written. */
  void written(Set<String> names, BrokerConfig after) {
    for (Guarded guarded : guards) {
      if (guarded.concerns(names)) {
        tell(() -> guarded.guard.written(after));
      }
    }
  }

  /** Has {@code listener} called when topics' settings have changed. */
  public void subscribeTopics(TopicConfigListener listener) {
    topicListeners.add(listener);
  }

  /**
   * Has {@code handler} told of what is set for users, clients and addresses, which is not kept
   * here; to be called before the first settings are read.
   */
  public void followOthers(ConfigChangeHandler handler) {
    others.add(handler);
  }

  /** What is set for a topic, as last heard of; empty for nothing. */
  public Map<String, String> topicOverrides(String topic) {
    return topics.getOrDefault(topic, Map.of());
  }

  /**
   * Notes what is set for a topic without telling anybody: for a topic that is about to be used.
   */
  public void noteTopic(String topic, Map<String, String> overrides) {
    if (overrides.isEmpty()) {
      topics.remove(topic);
    } else {
      topics.put(topic, Map.copyOf(overrides));
    }
  }

  /** Forgets a topic that was deleted. */
  public void forgetTopic(String topic) {
    topics.remove(topic);
  }

  /** The settings of a topic, by what is known of it. */
  public TopicSettings topicSettings(String topic) {
    return new TopicSettings(current(), topicOverrides(topic));
  }

  /** What the logs of a topic need of its settings. */
  public LogConfig logConfig(String topic) {
    return topicSettings(topic).logConfig();
  }

  @Override
  public void configChanged(ConfigEntity entity, Map<String, String> settings) {
    String topic = entity.topicName();
    String broker = entity.brokerName();
    if (topic != null) {
      topicChanged(topic, settings);
    } else if (ConfigEntity.DEFAULT_NAME.equals(broker)) {
      brokerChanged(accepted(settings, false), state.ofThisBroker);
    } else if (brokerName.equals(broker)) {
      brokerChanged(state.ofAllBrokers, accepted(settings, true));
    } else if (broker == null) {
      others.forEach(handler -> tell(() -> handler.configChanged(entity, settings)));
    }
  }

  private void topicChanged(String topic, Map<String, String> overrides) {
    if (topicOverrides(topic).equals(overrides)) {
      return;
    }
    noteTopic(topic, overrides);
    LogConfig config = logConfig(topic);
    log.info("Configuration of topic {} is now {}", topic, overrides);
    topicListeners.forEach(listener -> listener.topicConfigChanged(topic, config));
  }

  private Map<String, String> accepted(Map<String, String> settings, boolean perBroker) {
    Map<String, String> accepted = new LinkedHashMap<>();
    settings.forEach((name, stored) -> {
      String problem;
      String text = stored;
      try {
        text = StoredPasswords.isPassword(name) ? passwords.decode(name, stored) : stored;
        problem = BrokerConfigUpdate.problem(name, text, perBroker);
      } catch (ConfigException e) {
        problem = e.getMessage();
      }
      if (problem == null) {
        accepted.put(name, text);
      } else {
        log.error(
            "Passed over a setting in ZooKeeper for {}: {}",
            perBroker ? "broker " + brokerName : "all brokers",
            problem);
      }
    });
    return Collections.unmodifiableMap(accepted);
  }

  private void brokerChanged(Map<String, String> ofAllBrokers, Map<String, String> ofThisBroker) {
    State before = state;
    if (before.ofAllBrokers.equals(ofAllBrokers) && before.ofThisBroker.equals(ofThisBroker)) {
      return;
    }
    BrokerConfig config;
    try {
      config = initial.overlaid(ofAllBrokers).overlaid(ofThisBroker);
    } catch (ConfigException e) {
      log.error(
          "The configuration stays as it was, what is set in ZooKeeper does not fit: {}",
          e.getMessage());
      return;
    }
    state = new State(ofAllBrokers, ofThisBroker, config);
    Set<String> changed = changedKeys(before.config, config);
    if (changed.isEmpty()) {
      return;
    }
    log.info("Configuration has changed: {}", changed);
    for (Subscription subscription : subscriptions) {
      if (!Collections.disjoint(subscription.keys, changed)) {
        tell(() -> subscription.subscriber.accept(config));
      }
    }
    if (!Collections.disjoint(TopicSettings.brokerKeys(), changed)) {
      topicListeners.forEach(listener -> tell(listener::topicDefaultsChanged));
    }
  }

  /** One subscriber that fails must not keep the others from hearing of the change. */
  private static void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      log.error("A change of configuration could not be applied in part", e);
    }
  }

  /** Names of the keys whose values differ; for a listener's key, that of the key it stands for. */
  private static Set<String> changedKeys(BrokerConfig before, BrokerConfig after) {
    Map<String, String> names = new HashMap<>();
    KeyTable.broker().definitions().forEach(key -> names.put(key.name(), key.name()));
    ThrottleKeys.ALL.forEach(key -> names.put(key.name(), key.name()));
    for (BrokerConfig config : List.of(before, after)) {
      for (String name : config.settings().keySet()) {
        KeyDefinition base = ListenerKey.baseDefinition(name);
        if (base != null) {
          names.put(name, base.name());
        }
      }
    }
    return names.entrySet().stream()
        .filter(entry -> before.differs(after, entry.getKey()))
        .map(Map.Entry::getValue)
        .collect(Collectors.toUnmodifiableSet());
  }
}
