package org.odradek.broker.config;

import java.util.List;

/** Typed names of the configuration keys about partition logs. */
public final class LogKeys {
  public static final ConfigKey<Integer> COMPRESSION_GZIP_LEVEL =
      ConfigKey.ofInt("compression.gzip.level");
  public static final ConfigKey<Integer> COMPRESSION_LZ4_LEVEL =
      ConfigKey.ofInt("compression.lz4.level");
  public static final ConfigKey<String> COMPRESSION_TYPE = ConfigKey.ofString("compression.type");
  public static final ConfigKey<Integer> COMPRESSION_ZSTD_LEVEL =
      ConfigKey.ofInt("compression.zstd.level");
  public static final ConfigKey<Long> LOG_CLEANER_BACKOFF_MS =
      ConfigKey.ofLong("log.cleaner.backoff.ms");
  public static final ConfigKey<Long> LOG_CLEANER_DEDUPE_BUFFER_SIZE =
      ConfigKey.ofLong("log.cleaner.dedupe.buffer.size");
  public static final ConfigKey<Long> LOG_CLEANER_DELETE_RETENTION_MS =
      ConfigKey.ofLong("log.cleaner.delete.retention.ms");
  public static final ConfigKey<Boolean> LOG_CLEANER_ENABLE =
      ConfigKey.ofBoolean("log.cleaner.enable");
  public static final ConfigKey<Double> LOG_CLEANER_IO_BUFFER_LOAD_FACTOR =
      ConfigKey.ofDouble("log.cleaner.io.buffer.load.factor");
  public static final ConfigKey<Integer> LOG_CLEANER_IO_BUFFER_SIZE =
      ConfigKey.ofInt("log.cleaner.io.buffer.size");
  public static final ConfigKey<Double> LOG_CLEANER_IO_MAX_BYTES_PER_SECOND =
      ConfigKey.ofDouble("log.cleaner.io.max.bytes.per.second");
  public static final ConfigKey<Long> LOG_CLEANER_MAX_COMPACTION_LAG_MS =
      ConfigKey.ofLong("log.cleaner.max.compaction.lag.ms");
  public static final ConfigKey<Double> LOG_CLEANER_MIN_CLEANABLE_RATIO =
      ConfigKey.ofDouble("log.cleaner.min.cleanable.ratio");
  public static final ConfigKey<Long> LOG_CLEANER_MIN_COMPACTION_LAG_MS =
      ConfigKey.ofLong("log.cleaner.min.compaction.lag.ms");
  public static final ConfigKey<Integer> LOG_CLEANER_THREADS =
      ConfigKey.ofInt("log.cleaner.threads");
  public static final ConfigKey<List<String>> LOG_CLEANUP_POLICY =
      ConfigKey.ofList("log.cleanup.policy");
  public static final ConfigKey<String> LOG_DIR = ConfigKey.ofString("log.dir");
  public static final ConfigKey<String> LOG_DIRS = ConfigKey.ofString("log.dirs");
  public static final ConfigKey<Long> LOG_FLUSH_INTERVAL_MESSAGES =
      ConfigKey.ofLong("log.flush.interval.messages");
  public static final ConfigKey<Long> LOG_FLUSH_INTERVAL_MS =
      ConfigKey.ofLong("log.flush.interval.ms");
  public static final ConfigKey<Integer> LOG_FLUSH_OFFSET_CHECKPOINT_INTERVAL_MS =
      ConfigKey.ofInt("log.flush.offset.checkpoint.interval.ms");
  public static final ConfigKey<Long> LOG_FLUSH_SCHEDULER_INTERVAL_MS =
      ConfigKey.ofLong("log.flush.scheduler.interval.ms");
  public static final ConfigKey<Integer> LOG_FLUSH_START_OFFSET_CHECKPOINT_INTERVAL_MS =
      ConfigKey.ofInt("log.flush.start.offset.checkpoint.interval.ms");
  public static final ConfigKey<Integer> LOG_INDEX_INTERVAL_BYTES =
      ConfigKey.ofInt("log.index.interval.bytes");
  public static final ConfigKey<Integer> LOG_INDEX_SIZE_MAX_BYTES =
      ConfigKey.ofInt("log.index.size.max.bytes");
  public static final ConfigKey<Boolean> LOG_MESSAGE_DOWNCONVERSION_ENABLE =
      ConfigKey.ofBoolean("log.message.downconversion.enable");
  public static final ConfigKey<String> LOG_MESSAGE_FORMAT_VERSION =
      ConfigKey.ofString("log.message.format.version");
  public static final ConfigKey<Long> LOG_MESSAGE_TIMESTAMP_AFTER_MAX_MS =
      ConfigKey.ofLong("log.message.timestamp.after.max.ms");
  public static final ConfigKey<Long> LOG_MESSAGE_TIMESTAMP_BEFORE_MAX_MS =
      ConfigKey.ofLong("log.message.timestamp.before.max.ms");
  public static final ConfigKey<Long> LOG_MESSAGE_TIMESTAMP_DIFFERENCE_MAX_MS =
      ConfigKey.ofLong("log.message.timestamp.difference.max.ms");
  public static final ConfigKey<String> LOG_MESSAGE_TIMESTAMP_TYPE =
      ConfigKey.ofString("log.message.timestamp.type");
  public static final ConfigKey<Boolean> LOG_PREALLOCATE = ConfigKey.ofBoolean("log.preallocate");
  public static final ConfigKey<Long> LOG_RETENTION_BYTES = ConfigKey.ofLong("log.retention.bytes");
  public static final ConfigKey<Long> LOG_RETENTION_CHECK_INTERVAL_MS =
      ConfigKey.ofLong("log.retention.check.interval.ms");
  public static final ConfigKey<Integer> LOG_RETENTION_HOURS =
      ConfigKey.ofInt("log.retention.hours");
  public static final ConfigKey<Integer> LOG_RETENTION_MINUTES =
      ConfigKey.ofInt("log.retention.minutes");
  public static final ConfigKey<Long> LOG_RETENTION_MS = ConfigKey.ofLong("log.retention.ms");
  public static final ConfigKey<Integer> LOG_ROLL_HOURS = ConfigKey.ofInt("log.roll.hours");
  public static final ConfigKey<Integer> LOG_ROLL_JITTER_HOURS =
      ConfigKey.ofInt("log.roll.jitter.hours");
  public static final ConfigKey<Long> LOG_ROLL_JITTER_MS = ConfigKey.ofLong("log.roll.jitter.ms");
  public static final ConfigKey<Long> LOG_ROLL_MS = ConfigKey.ofLong("log.roll.ms");
  public static final ConfigKey<Integer> LOG_SEGMENT_BYTES = ConfigKey.ofInt("log.segment.bytes");
  public static final ConfigKey<Long> LOG_SEGMENT_DELETE_DELAY_MS =
      ConfigKey.ofLong("log.segment.delete.delay.ms");
  public static final ConfigKey<Integer> MESSAGE_MAX_BYTES = ConfigKey.ofInt("message.max.bytes");
  public static final ConfigKey<Integer> NUM_RECOVERY_THREADS_PER_DATA_DIR =
      ConfigKey.ofInt("num.recovery.threads.per.data.dir");

  private LogKeys() {}
}
