package org.odradek.broker.config;

import java.util.List;

/** Typed names of the configuration keys about single topics. */
public final class TopicKeys {
  public static final ConfigKey<List<String>> CLEANUP_POLICY = ConfigKey.ofList("cleanup.policy");
  public static final ConfigKey<Integer> COMPRESSION_GZIP_LEVEL =
      ConfigKey.ofInt("compression.gzip.level");
  public static final ConfigKey<Integer> COMPRESSION_LZ4_LEVEL =
      ConfigKey.ofInt("compression.lz4.level");
  public static final ConfigKey<String> COMPRESSION_TYPE = ConfigKey.ofString("compression.type");
  public static final ConfigKey<Integer> COMPRESSION_ZSTD_LEVEL =
      ConfigKey.ofInt("compression.zstd.level");
  public static final ConfigKey<Long> DELETE_RETENTION_MS = ConfigKey.ofLong("delete.retention.ms");
  public static final ConfigKey<Long> FILE_DELETE_DELAY_MS =
      ConfigKey.ofLong("file.delete.delay.ms");
  public static final ConfigKey<Long> FLUSH_MESSAGES = ConfigKey.ofLong("flush.messages");
  public static final ConfigKey<Long> FLUSH_MS = ConfigKey.ofLong("flush.ms");
  public static final ConfigKey<List<String>> FOLLOWER_REPLICATION_THROTTLED_REPLICAS =
      ConfigKey.ofList("follower.replication.throttled.replicas");
  public static final ConfigKey<Integer> INDEX_INTERVAL_BYTES =
      ConfigKey.ofInt("index.interval.bytes");
  public static final ConfigKey<List<String>> LEADER_REPLICATION_THROTTLED_REPLICAS =
      ConfigKey.ofList("leader.replication.throttled.replicas");
  public static final ConfigKey<Long> LOCAL_RETENTION_BYTES =
      ConfigKey.ofLong("local.retention.bytes");
  public static final ConfigKey<Long> LOCAL_RETENTION_MS = ConfigKey.ofLong("local.retention.ms");
  public static final ConfigKey<Long> MAX_COMPACTION_LAG_MS =
      ConfigKey.ofLong("max.compaction.lag.ms");
  public static final ConfigKey<Integer> MAX_MESSAGE_BYTES = ConfigKey.ofInt("max.message.bytes");
  public static final ConfigKey<Boolean> MESSAGE_DOWNCONVERSION_ENABLE =
      ConfigKey.ofBoolean("message.downconversion.enable");
  public static final ConfigKey<String> MESSAGE_FORMAT_VERSION =
      ConfigKey.ofString("message.format.version");
  public static final ConfigKey<Long> MESSAGE_TIMESTAMP_AFTER_MAX_MS =
      ConfigKey.ofLong("message.timestamp.after.max.ms");
  public static final ConfigKey<Long> MESSAGE_TIMESTAMP_BEFORE_MAX_MS =
      ConfigKey.ofLong("message.timestamp.before.max.ms");
  public static final ConfigKey<Long> MESSAGE_TIMESTAMP_DIFFERENCE_MAX_MS =
      ConfigKey.ofLong("message.timestamp.difference.max.ms");
  public static final ConfigKey<String> MESSAGE_TIMESTAMP_TYPE =
      ConfigKey.ofString("message.timestamp.type");
  public static final ConfigKey<Double> MIN_CLEANABLE_DIRTY_RATIO =
      ConfigKey.ofDouble("min.cleanable.dirty.ratio");
  public static final ConfigKey<Long> MIN_COMPACTION_LAG_MS =
      ConfigKey.ofLong("min.compaction.lag.ms");
  public static final ConfigKey<Integer> MIN_INSYNC_REPLICAS =
      ConfigKey.ofInt("min.insync.replicas");
  public static final ConfigKey<Boolean> PREALLOCATE = ConfigKey.ofBoolean("preallocate");
  public static final ConfigKey<Boolean> REMOTE_LOG_COPY_DISABLE =
      ConfigKey.ofBoolean("remote.log.copy.disable");
  public static final ConfigKey<Boolean> REMOTE_LOG_DELETE_ON_DISABLE =
      ConfigKey.ofBoolean("remote.log.delete.on.disable");
  public static final ConfigKey<Boolean> REMOTE_STORAGE_ENABLE =
      ConfigKey.ofBoolean("remote.storage.enable");
  public static final ConfigKey<Long> RETENTION_BYTES = ConfigKey.ofLong("retention.bytes");
  public static final ConfigKey<Long> RETENTION_MS = ConfigKey.ofLong("retention.ms");
  public static final ConfigKey<Integer> SEGMENT_BYTES = ConfigKey.ofInt("segment.bytes");
  public static final ConfigKey<Integer> SEGMENT_INDEX_BYTES =
      ConfigKey.ofInt("segment.index.bytes");
  public static final ConfigKey<Long> SEGMENT_JITTER_MS = ConfigKey.ofLong("segment.jitter.ms");
  public static final ConfigKey<Long> SEGMENT_MS = ConfigKey.ofLong("segment.ms");
  public static final ConfigKey<Boolean> UNCLEAN_LEADER_ELECTION_ENABLE =
      ConfigKey.ofBoolean("unclean.leader.election.enable");

  private TopicKeys() {}
}
