package org.odradek.broker.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.KeyDefinition.Visibility;
import org.odradek.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import org.odradek.protocol.message.DescribeConfigsResponse.DescribeConfigsSynonym;

/**
 * Describes configurations with the places their values come from, as DescribeConfigs shows them
 * (KIP-133, KIP-226, KIP-569).
 *
 * <p>A value's synonyms are all the settings that could have given it, in the order in which they
 * win: of this broker, of all brokers, of the file, the default; in each of them the more exact key
 * first. The list begins with the first setting of the very key that is described, so that {@code
 * log.retention.ms} has none while only {@code log.retention.hours} is set. That is Kafka's way.
 *
 * <p>Thread-safety: any thread.
 */
final class ConfigDescriber {
  private final DynamicConfigs configs;

  ConfigDescriber(DynamicConfigs configs) {
    this.configs = configs;
  }

  /**
   * What to tell of each value.
   *
   * @param defaultFlag whether it is a default, which version 0 has in place of the source
   */
  record Detail(boolean defaultFlag, boolean synonyms, boolean documentation) {}

  /** All that this broker runs with, unknown keys of its file among them, without their values. */
  List<DescribeConfigsResourceResult> broker(@Nullable List<String> keys, Detail detail) {
    BrokerConfig config = configs.current();
    TreeSet<String> names = new TreeSet<>(config.settings().keySet());
    for (KeyDefinition definition : KeyTable.broker().definitions()) {
      if (definition.visibility() == Visibility.SHOWN
          || definition.visibility() == Visibility.OLDER) {
        names.add(definition.name());
      }
    }
    List<DescribeConfigsResourceResult> described = new ArrayList<>();
    for (String name : selected(names, keys)) {
      String value = config.text(name);
      // Of a key that is no key, such as a throttle, the text is all there is.
      described.add(
          brokerEntry(name, value == null ? config.settings().get(name) : value, true, detail));
    }
    return described;
  }

  /** What is set for all brokers. */
  List<DescribeConfigsResourceResult> allBrokers(@Nullable List<String> keys, Detail detail) {
    Map<String, String> settings = configs.ofAllBrokers();
    List<DescribeConfigsResourceResult> described = new ArrayList<>();
    for (String name : selected(new TreeSet<>(settings.keySet()), keys)) {
      described.add(brokerEntry(name, settings.get(name), false, detail));
    }
    return described;
  }

  /** The settings of a topic: its own, the broker's where it has none. */
  List<DescribeConfigsResourceResult> topic(
      Map<String, String> overrides, @Nullable List<String> keys, Detail detail) {
    TopicSettings settings = new TopicSettings(configs.current(), overrides);
    TreeSet<String> names = new TreeSet<>(overrides.keySet());
    KeyTable.topic().definitions().forEach(definition -> names.add(definition.name()));
    List<DescribeConfigsResourceResult> described = new ArrayList<>();
    for (String name : selected(names, keys)) {
      described.add(topicEntry(name, settings, overrides, detail));
    }
    return described;
  }

  private static List<String> selected(TreeSet<String> names, @Nullable List<String> keys) {
    return names.stream()
        .filter(name -> keys == null || keys.isEmpty() || keys.contains(name))
        .toList();
  }

  private DescribeConfigsResourceResult brokerEntry(
      String name, @Nullable String value, boolean ofOneBroker, Detail detail) {
    KeyDefinition definition = KeyTable.broker().find(name);
    KeyDefinition listenerBase = definition == null ? ListenerKey.baseDefinition(name) : null;
    ConfigType type = typeOf(name, definition != null ? definition : listenerBase);
    boolean sensitive = type == null || type == ConfigType.PASSWORD;
    List<DescribeConfigsSynonym> synonyms =
        synonyms(name, synonymNames(name, definition, listenerBase), sensitive);
    if (!ofOneBroker) {
      synonyms.removeIf(synonym -> synonym.source() != ConfigSource.DYNAMIC_DEFAULT_BROKER.id());
    }
    DescribeConfigsResourceResult entry =
        entry(name, sensitive ? null : value, type, synonyms, detail);
    return entry
        .readOnly(definition == null || definition.dynamicMode() == DynamicMode.READ_ONLY)
        .isSensitive(sensitive)
        .documentation(detail.documentation() ? KeyTable.broker().documentation(name) : null);
  }

  private DescribeConfigsResourceResult topicEntry(
      String name, TopicSettings settings, Map<String, String> overrides, Detail detail) {
    KeyDefinition definition = KeyTable.topic().find(name);
    boolean sensitive = definition == null;
    String value = definition == null ? null : settings.text(name);
    List<DescribeConfigsSynonym> synonyms = new ArrayList<>();
    if (overrides.containsKey(name)) {
      synonyms.add(synonym(name, value, ConfigSource.TOPIC));
    }
    String brokerKey = definition == null ? null : definition.brokerKey();
    if (brokerKey != null) {
      List<String> names = KeyTable.broker().require(brokerKey).synonyms();
      synonyms.addAll(synonyms(brokerKey, names, false));
    }
    return entry(name, value, definition == null ? null : definition.type(), synonyms, detail)
        .readOnly(false)
        .isSensitive(sensitive)
        .documentation(detail.documentation() ? KeyTable.topic().documentation(name) : null);
  }

  /** The type of a key; throttles are not among the keys, and kept apart from unknown ones. */
  private static @Nullable ConfigType typeOf(String name, @Nullable KeyDefinition definition) {
    if (definition != null) {
      return definition.type();
    }
    return ThrottleKeys.isThrottle(name) ? ConfigType.LONG : null;
  }

  private static List<String> synonymNames(
      String name, @Nullable KeyDefinition definition, @Nullable KeyDefinition listenerBase) {
    if (definition != null) {
      return definition.synonyms();
    }
    return listenerBase == null ? List.of(name) : List.of(name, listenerBase.name());
  }

  private static DescribeConfigsResourceResult entry(
      String name,
      @Nullable String value,
      @Nullable ConfigType type,
      List<DescribeConfigsSynonym> synonyms,
      Detail detail) {
    byte source = synonyms.isEmpty() ? ConfigSource.DEFAULT.id() : synonyms.getFirst().source();
    return new DescribeConfigsResourceResult()
        .name(name)
        .value(value)
        .configSource(source)
        .isDefault(detail.defaultFlag() && source == ConfigSource.DEFAULT.id())
        .configType(type == null ? 0 : type.wireCode())
        .synonyms(detail.synonyms() ? synonyms : List.of());
  }

  private List<DescribeConfigsSynonym> synonyms(
      String name, List<String> names, boolean sensitive) {
    List<DescribeConfigsSynonym> found = new ArrayList<>();
    addFrom(found, configs.ofThisBroker(), names, ConfigSource.DYNAMIC_BROKER, sensitive);
    addFrom(found, configs.ofAllBrokers(), names, ConfigSource.DYNAMIC_DEFAULT_BROKER, sensitive);
    addFrom(found, configs.initial().settings(), names, ConfigSource.STATIC_BROKER, sensitive);
    for (String each : names) {
      KeyDefinition definition = KeyTable.broker().find(each);
      Object value = definition == null ? null : definition.defaultValue();
      if (value != null) {
        found.add(synonym(each, sensitive ? null : ConfigType.text(value), ConfigSource.DEFAULT));
      }
    }
    while (!found.isEmpty() && !found.getFirst().name().equals(name)) {
      found.removeFirst();
    }
    return found;
  }

  private static void addFrom(
      List<DescribeConfigsSynonym> found,
      Map<String, String> settings,
      List<String> names,
      ConfigSource source,
      boolean sensitive) {
    for (String name : names) {
      String text = settings.get(name);
      if (text != null) {
        found.add(synonym(name, sensitive ? null : text, source));
      }
    }
  }

  private static DescribeConfigsSynonym synonym(
      String name, @Nullable String value, ConfigSource source) {
    return new DescribeConfigsSynonym().name(name).value(value).source(source.id());
  }
}
