package org.odradek.controller.znode;

import org.jspecify.annotations.Nullable;

/**
 * Whose configuration it is.
 *
 * @param path below {@code /config}: {@code topics/x}, {@code brokers/0}, {@code
 *     brokers/<default>}, {@code users/u/clients/c}; names of users and clients are sanitized
 *     (URL-encoded) by who writes them
 */
public record ConfigEntity(String path) {
  private static final String TOPICS = "topics/";
  private static final String BROKERS = "brokers/";

  /** The name of the entity that stands for all others of its type. */
  public static final String DEFAULT_NAME = "<default>";

  /** Settings that hold for all brokers. */
  public static final ConfigEntity BROKER_DEFAULT = new ConfigEntity(BROKERS + DEFAULT_NAME);

  public ConfigEntity {
    int slash = path.indexOf('/');
    if (slash <= 0 || slash == path.length() - 1 || path.endsWith("/")) {
      throw new IllegalArgumentException(
          "'" + path + "' is not the path of a config entity: expected type/name");
    }
  }

  public static ConfigEntity topic(String topic) {
    return new ConfigEntity(TOPICS + topic);
  }

  public static ConfigEntity broker(int brokerId) {
    return new ConfigEntity(BROKERS + brokerId);
  }

  /** {@code topics}, {@code brokers}, {@code clients}, {@code users} or {@code ips}. */
  public String type() {
    return path.substring(0, path.indexOf('/'));
  }

  /** The name of a topic, if it is one. */
  public @Nullable String topicName() {
    return path.startsWith(TOPICS) ? path.substring(TOPICS.length()) : null;
  }

  /** {@code 0} or {@code <default>}, if it is a broker's. */
  public @Nullable String brokerName() {
    return path.startsWith(BROKERS) ? path.substring(BROKERS.length()) : null;
  }

  @Override
  public String toString() {
    return path;
  }
}
