package org.odradek.storage;

import java.util.Map;
import java.util.Set;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.record.TimestampType;

/**
 * The settings of one topic, as far as logs, append validation and partitions need them. Names,
 * meanings and defaults are those of Kafka's topic configurations.
 *
 * <p>Thread-safety: immutable.
 *
 * @param segmentBytes {@code segment.bytes}: a segment is rolled before it would exceed this
 * @param segmentMs {@code segment.ms}: a segment older than this is rolled at the next append
 * @param segmentJitterMs {@code segment.jitter.ms}: at most this much is taken off {@code
 *     segmentMs}, by chance per segment
 * @param segmentIndexBytes {@code segment.index.bytes}: a segment whose index has this size is
 *     rolled
 * @param indexIntervalBytes {@code index.interval.bytes}: about one index entry for so many bytes
 * @param retentionMs {@code retention.ms}; -1 for no limit
 * @param retentionBytes {@code retention.bytes}; -1 for no limit
 * @param cleanupPolicies {@code cleanup.policy}: {@code delete}, {@code compact} or both
 * @param flushIntervalMessages {@code flush.messages}: at most this many records are not forced
 * @param flushIntervalMs {@code flush.ms}: records are forced at most this long after their append
 * @param fileDeleteDelayMs {@code file.delete.delay.ms}: from the renaming of a file to its
 *     deletion
 * @param maxMessageBytes {@code max.message.bytes}: the largest batch accepted
 * @param deleteRetentionMs {@code delete.retention.ms}: how long compaction keeps tombstones
 * @param minCompactionLagMs {@code min.compaction.lag.ms}: younger records are not compacted
 * @param maxCompactionLagMs {@code max.compaction.lag.ms}: older records are compacted in any case
 * @param minCleanableDirtyRatio {@code min.cleanable.dirty.ratio}
 * @param compressionType {@code compression.type}: a codec, {@code uncompressed} or {@code
 *     producer}
 * @param compressionLevels {@code compression.gzip.level}, {@code compression.lz4.level} and {@code
 *     compression.zstd.level} (KIP-390)
 * @param preallocate {@code preallocate}: reserve whole segments at once
 * @param minInsyncReplicas {@code min.insync.replicas}
 * @param uncleanLeaderElectionEnable {@code unclean.leader.election.enable}
 * @param messageTimestampType {@code message.timestamp.type}
 * @param messageTimestampBeforeMaxMs how far a timestamp may lie before the broker's clock: {@code
 *     message.timestamp.before.max.ms} (KIP-937) or else {@code
 *     message.timestamp.difference.max.ms}
 * @param messageTimestampAfterMaxMs how far a timestamp may lie after the broker's clock
 */
public record LogConfig(
    int segmentBytes,
    long segmentMs,
    long segmentJitterMs,
    int segmentIndexBytes,
    int indexIntervalBytes,
    long retentionMs,
    long retentionBytes,
    Set<CleanupPolicy> cleanupPolicies,
    long flushIntervalMessages,
    long flushIntervalMs,
    long fileDeleteDelayMs,
    int maxMessageBytes,
    long deleteRetentionMs,
    long minCompactionLagMs,
    long maxCompactionLagMs,
    double minCleanableDirtyRatio,
    String compressionType,
    Map<CompressionType, Integer> compressionLevels,
    boolean preallocate,
    int minInsyncReplicas,
    boolean uncleanLeaderElectionEnable,
    TimestampType messageTimestampType,
    long messageTimestampBeforeMaxMs,
    long messageTimestampAfterMaxMs) {

  /** What happens to old records. */
  public enum CleanupPolicy {
    DELETE,
    COMPACT
  }

  /** Kafka's defaults. */
  public static final LogConfig DEFAULTS = of(Map.of());

  public LogConfig {
    cleanupPolicies = Set.copyOf(cleanupPolicies);
    compressionLevels = Map.copyOf(compressionLevels);
  }

  /**
   * From the values of topic-level keys; Kafka's default where one is absent, other keys are
   * ignored. The values are those that validation let pass.
   *
   * @throws IllegalArgumentException if a value is malformed, naming the key
   */
  public static LogConfig of(Map<String, String> topicConfigs) {
    var values = new LogConfigValues(topicConfigs);
    long timestampDifference = values.number("message.timestamp.difference.max.ms", Long.MAX_VALUE);
    return new LogConfig(
        (int) values.number("segment.bytes", 1 << 30),
        values.number("segment.ms", 604_800_000L),
        values.number("segment.jitter.ms", 0),
        (int) values.number("segment.index.bytes", 10 << 20),
        (int) values.number("index.interval.bytes", 4096),
        values.number("retention.ms", 604_800_000L),
        values.number("retention.bytes", -1),
        values.cleanupPolicies("cleanup.policy"),
        values.number("flush.messages", Long.MAX_VALUE),
        values.number("flush.ms", Long.MAX_VALUE),
        values.number("file.delete.delay.ms", 60_000),
        (int) values.number("max.message.bytes", 1_048_588),
        values.number("delete.retention.ms", 86_400_000L),
        values.number("min.compaction.lag.ms", 0),
        values.number("max.compaction.lag.ms", Long.MAX_VALUE),
        values.fraction("min.cleanable.dirty.ratio", 0.5),
        values.text("compression.type", "producer"),
        values.compressionLevels(),
        values.truth("preallocate", false),
        (int) values.number("min.insync.replicas", 1),
        values.truth("unclean.leader.election.enable", false),
        values.timestampType("message.timestamp.type"),
        values.number("message.timestamp.before.max.ms", timestampDifference),
        values.number("message.timestamp.after.max.ms", timestampDifference));
  }

  /** Whether the cleaner compacts the log. */
  public boolean compacted() {
    return cleanupPolicies.contains(CleanupPolicy.COMPACT);
  }

  /** Whether retention by time and size deletes old segments. */
  public boolean deleted() {
    return cleanupPolicies.contains(CleanupPolicy.DELETE);
  }
}
