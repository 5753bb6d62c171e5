package org.odradek.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * The settings of the storage as a whole; the broker-level keys of the same names.
 *
 * @param logDirs {@code log.dirs}, made when missing
 * @param brokerId {@code broker.id}; -1 takes the one of {@code meta.properties}
 * @param clusterId checked against {@code meta.properties}, and written there; empty skips both (to
 *     be told later by {@link LogDirectories#writeMeta})
 * @param topicConfig the settings of a topic by its name; asked when a partition is opened
 * @param recoveryThreadsPerDir {@code num.recovery.threads.per.data.dir}
 * @param flushCheckIntervalMs {@code log.flush.scheduler.interval.ms}
 * @param recoveryPointCheckpointIntervalMs {@code log.flush.offset.checkpoint.interval.ms}
 * @param logStartOffsetCheckpointIntervalMs {@code log.flush.start.offset.checkpoint.interval.ms}
 * @param highWatermarkCheckpointIntervalMs {@code replica.high.watermark.checkpoint.interval.ms}
 * @param retentionCheckIntervalMs {@code log.retention.check.interval.ms}
 * @param producerIdExpirationMs {@code producer.id.expiration.ms}
 * @param idleTrimMs a partition without appends for this long gives its reserved blocks and its
 *     open files back
 * @param openFilesMax how many segment and index files are kept open at once
 * @param softFreeBytes below this many free bytes retention runs at once, and there is a warning
 * @param hardFreeBytes below this many free bytes appends are refused
 */
public record StorageSettings(
    List<Path> logDirs,
    int brokerId,
    String clusterId,
    Function<String, LogConfig> topicConfig,
    int recoveryThreadsPerDir,
    long flushCheckIntervalMs,
    long recoveryPointCheckpointIntervalMs,
    long logStartOffsetCheckpointIntervalMs,
    long highWatermarkCheckpointIntervalMs,
    long retentionCheckIntervalMs,
    long producerIdExpirationMs,
    long idleTrimMs,
    int openFilesMax,
    long softFreeBytes,
    long hardFreeBytes) {

  /** Kafka's defaults for everything but where the logs are. */
  public static StorageSettings defaults(List<Path> logDirs) {
    return new StorageSettings(
        logDirs,
        -1,
        "",
        topic -> LogConfig.DEFAULTS,
        1,
        Long.MAX_VALUE,
        60_000,
        60_000,
        5_000,
        300_000,
        86_400_000,
        60_000,
        4096,
        512L << 20,
        64L << 20);
  }
}
