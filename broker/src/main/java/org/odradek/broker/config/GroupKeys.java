package org.odradek.broker.config;

/** Typed names of the configuration keys about the classic group coordinator. */
public final class GroupKeys {
  public static final ConfigKey<Integer> GROUP_INITIAL_REBALANCE_DELAY_MS =
      ConfigKey.ofInt("group.initial.rebalance.delay.ms");
  public static final ConfigKey<Integer> GROUP_MAX_SESSION_TIMEOUT_MS =
      ConfigKey.ofInt("group.max.session.timeout.ms");
  public static final ConfigKey<Integer> GROUP_MAX_SIZE = ConfigKey.ofInt("group.max.size");
  public static final ConfigKey<Integer> GROUP_MIN_SESSION_TIMEOUT_MS =
      ConfigKey.ofInt("group.min.session.timeout.ms");
  public static final ConfigKey<Integer> OFFSET_METADATA_MAX_BYTES =
      ConfigKey.ofInt("offset.metadata.max.bytes");
  public static final ConfigKey<Short> OFFSETS_COMMIT_REQUIRED_ACKS =
      ConfigKey.ofShort("offsets.commit.required.acks");
  public static final ConfigKey<Integer> OFFSETS_COMMIT_TIMEOUT_MS =
      ConfigKey.ofInt("offsets.commit.timeout.ms");
  public static final ConfigKey<Integer> OFFSETS_LOAD_BUFFER_SIZE =
      ConfigKey.ofInt("offsets.load.buffer.size");
  public static final ConfigKey<Long> OFFSETS_RETENTION_CHECK_INTERVAL_MS =
      ConfigKey.ofLong("offsets.retention.check.interval.ms");
  public static final ConfigKey<Integer> OFFSETS_RETENTION_MINUTES =
      ConfigKey.ofInt("offsets.retention.minutes");
  public static final ConfigKey<Integer> OFFSETS_TOPIC_COMPRESSION_CODEC =
      ConfigKey.ofInt("offsets.topic.compression.codec");
  public static final ConfigKey<Integer> OFFSETS_TOPIC_NUM_PARTITIONS =
      ConfigKey.ofInt("offsets.topic.num.partitions");
  public static final ConfigKey<Short> OFFSETS_TOPIC_REPLICATION_FACTOR =
      ConfigKey.ofShort("offsets.topic.replication.factor");
  public static final ConfigKey<Integer> OFFSETS_TOPIC_SEGMENT_BYTES =
      ConfigKey.ofInt("offsets.topic.segment.bytes");

  private GroupKeys() {}
}
