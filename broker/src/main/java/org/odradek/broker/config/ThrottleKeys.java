package org.odradek.broker.config;

import java.util.List;

/**
 * The rates of replication that kafka-reassign-partitions.sh sets for brokers, in bytes a second.
 * As in Kafka they are none of the broker's keys: they are only ever dynamic, and have no default.
 */
public final class ThrottleKeys {
  public static final ConfigKey<Long> FOLLOWER_REPLICATION_THROTTLED_RATE =
      ConfigKey.ofLong("follower.replication.throttled.rate");
  public static final ConfigKey<Long> LEADER_REPLICATION_THROTTLED_RATE =
      ConfigKey.ofLong("leader.replication.throttled.rate");
  public static final ConfigKey<Long> REPLICA_ALTER_LOG_DIRS_IO_MAX_BYTES_PER_SECOND =
      ConfigKey.ofLong("replica.alter.log.dirs.io.max.bytes.per.second");

  static final List<ConfigKey<Long>> ALL =
      List.of(
          FOLLOWER_REPLICATION_THROTTLED_RATE,
          LEADER_REPLICATION_THROTTLED_RATE,
          REPLICA_ALTER_LOG_DIRS_IO_MAX_BYTES_PER_SECOND);

  private ThrottleKeys() {}

  static boolean isThrottle(String name) {
    return ALL.stream().anyMatch(key -> key.name().equals(name));
  }

  /**
   * @throws ConfigException when it is not a number of bytes
   */
  static long parse(String name, String text) {
    if (ConfigType.LONG.parse(name, text) instanceof Long rate && rate >= 0) {
      return rate;
    }
    throw new ConfigException(name, text, "Value must be at least 0");
  }
}
