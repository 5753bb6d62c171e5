package org.odradek.broker.group;

import org.odradek.protocol.compression.Compression;

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
 * @param offsetsTopicPartitions {@code offsets.topic.num.partitions}, for when the topic is made
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
    Compression compression,
    int offsetsTopicPartitions) {

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
          Compression.NONE,
          50);
}
