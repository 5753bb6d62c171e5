package org.odradek.broker.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One configuration key, as its line in a {@code .keys} resource says.
 *
 * @param subject the resource it is from, without {@code .keys}
 * @param defaultText null when the key has no value unless it is set
 * @param dynamicMode always CLUSTER_WIDE for topic configurations
 * @param perListener a broker-wide value may also be given to one listener by {@code
 *     listener.name.x.}, and changed there while the broker runs
 * @param visibility whether DescribeConfigs shows it
 * @param ignored the key is taken and validated, but has no effect
 * @param synonyms the keys of the same setting, the most specific first, this one among them
 * @param brokerKey of a topic configuration, the broker configuration it falls back to
 */
public record KeyDefinition(
    String name,
    String subject,
    ConfigType type,
    @Nullable String defaultText,
    Constraint constraint,
    Importance importance,
    DynamicMode dynamicMode,
    boolean perListener,
    Visibility visibility,
    boolean ignored,
    List<String> synonyms,
    @Nullable String brokerKey) {

  /** Whether, and since when, Kafka shows a key. */
  public enum Visibility {
    /** In Kafka 3.9. */
    SHOWN,
    /** In Kafka 2.x, gone in 3.9; shown all the same. */
    OLDER,
    /** Not before Kafka 4.0; shown only where it is set. */
    NEWER,
    /** One of Kafka's own, shown only where it is set. */
    INTERNAL,
    /** Not Kafka's own, but its authorizer's; shown only where it is set. */
    AUTHORIZER
  }

  /**
   * The value that {@code text} stands for.
   *
   * @throws ConfigException when it is not of the type, or not allowed
   */
  public Object parse(String text) {
    Object value = type.parse(name, text);
    constraint.check(name, value);
    return value;
  }

  /** The value when the key is not set. */
  public @Nullable Object defaultValue() {
    return defaultText == null ? null : type.parse(name, defaultText);
  }

  /** Values of this key are never shown: passwords. */
  public boolean sensitive() {
    return type == ConfigType.PASSWORD;
  }

  /** What may be given, in words. */
  public String allowed() {
    return type.description() + constraint.description();
  }
}
