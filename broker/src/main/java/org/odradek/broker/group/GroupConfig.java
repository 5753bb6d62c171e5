package org.odradek.broker.group;

import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.GroupKeys;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;

/**
 * The settings of the coordinator, by Kafka's names.
 *
 * @param minSessionTimeoutMs {@code group.min.session.timeout.ms}
 * @param maxSessionTimeoutMs {@code group.max.session.timeout.ms}
 * @param initialRebalanceDelayMs {@code group.initial.rebalance.delay.ms}
 * @param maxSize {@code group.max.size}, members per group
 * @param offsetMetadataMaxLength {@code offset.metadata.max.bytes}, compared with the number of
 *     UTF-16 units of the metadata string, as Kafka does
 * @param offsetsRetentionMs {@code offsets.retention.minutes}, in milliseconds
 * @param retentionCheckIntervalMs {@code offsets.retention.check.interval.ms}
 * @param commitTimeoutMs {@code offsets.commit.timeout.ms}
 * @param commitRequiredAcks {@code offsets.commit.required.acks}
 * @param compression {@code offsets.topic.compression.codec}
 */
public record GroupConfig(
    int minSessionTimeoutMs,
    int maxSessionTimeoutMs,
    int initialRebalanceDelayMs,
    int maxSize,
    int offsetMetadataMaxLength,
    long offsetsRetentionMs,
    long retentionCheckIntervalMs,
    int commitTimeoutMs,
    short commitRequiredAcks,
    Compression compression) {

  /** Kafka's defaults. */
  public static final GroupConfig DEFAULTS =
      new GroupConfig(
          6_000,
          1_800_000,
          3_000,
          Integer.MAX_VALUE,
          4_096,
          7L * 24 * 60 * 60 * 1000,
          600_000,
          5_000,
          (short) -1,
          Compression.NONE);

  /** What the broker's configuration says. */
  public static GroupConfig of(BrokerConfig config) {
    return new GroupConfig(
        config.value(GroupKeys.GROUP_MIN_SESSION_TIMEOUT_MS),
        config.value(GroupKeys.GROUP_MAX_SESSION_TIMEOUT_MS),
        config.value(GroupKeys.GROUP_INITIAL_REBALANCE_DELAY_MS),
        config.value(GroupKeys.GROUP_MAX_SIZE),
        config.value(GroupKeys.OFFSET_METADATA_MAX_BYTES),
        config.value(GroupKeys.OFFSETS_RETENTION_MINUTES) * 60_000L,
        config.value(GroupKeys.OFFSETS_RETENTION_CHECK_INTERVAL_MS),
        config.value(GroupKeys.OFFSETS_COMMIT_TIMEOUT_MS),
        config.value(GroupKeys.OFFSETS_COMMIT_REQUIRED_ACKS),
        compression(config.value(GroupKeys.OFFSETS_TOPIC_COMPRESSION_CODEC)));
  }

  private static Compression compression(int id) {
    CompressionType type = CompressionType.forId(id);
    if (type == null) {
      throw new IllegalArgumentException("offsets.topic.compression.codec=" + id + " is no codec");
    }
    return Compression.of(type);
  }
}
