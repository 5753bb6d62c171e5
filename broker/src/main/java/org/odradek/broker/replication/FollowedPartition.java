package org.odradek.broker.replication;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.Partition;
import org.odradek.protocol.TopicPartition;
import org.odradek.storage.PartitionLog;

/**
 * Where a fetcher stands with one replica. Ends with the leader epoch: another epoch gets a new
 * one.
 *
 * <p>Thread-safety: confined to the fetcher.
 */
final class FollowedPartition {

  /** What has to happen next. */
  enum Phase {
    /** The leader is to be asked where our latest epoch ends there (below 2.7-IV1). */
    TRUNCATING,
    /** Records are fetched; from 2.7-IV1 on the answer may be where the logs part. */
    FETCHING,
    /** The fetch offset is out of the leader's range: its log end is to be asked for. */
    OUT_OF_RANGE,
    /** Our log does not end above the leader's: its log start is to be asked for. */
    BEFORE_START,
    /** Nothing more happens in this leader epoch. */
    FAILED
  }

  private static final int DELAY_MIN_MS = 25;
  private static final long NOT_DELAYED = Long.MIN_VALUE;

  private final Partition partition;
  private final int leaderEpoch;
  private Phase phase;
  private long fetchOffset;
  private int lastFetchedEpoch;
  private int delayMs;
  private long delayedUntilMs = NOT_DELAYED;
  private boolean inSync;
  private @Nullable String refusal;

  /**
   * @param truncatesOnFetch whether the leader finds out from fetches where logs part (2.7-IV1)
   */
  FollowedPartition(Partition partition, int leaderEpoch, boolean truncatesOnFetch) {
    this.partition = partition;
    this.leaderEpoch = leaderEpoch;
    PartitionLog log = partition.log();
    this.lastFetchedEpoch = log.latestLeaderEpoch().orElse(-1);
    boolean asksByFetching = truncatesOnFetch && lastFetchedEpoch >= 0;
    this.phase = asksByFetching ? Phase.FETCHING : Phase.TRUNCATING;
    this.fetchOffset = asksByFetching ? log.logEndOffset() : log.highWatermark();
  }

  Partition partition() {
    return partition;
  }

  TopicPartition topicPartition() {
    return partition.topicPartition();
  }

  PartitionLog log() {
    return partition.log();
  }

  /** The epoch of the leader that is followed. */
  int leaderEpoch() {
    return leaderEpoch;
  }

  Phase phase() {
    return phase;
  }

  /** What is fetched next; while truncating, where to cut if the leader knows nothing. */
  long fetchOffset() {
    return fetchOffset;
  }

  /** The epoch of the last record before the fetch offset; -1 if the log knows none. */
  int lastFetchedEpoch() {
    return lastFetchedEpoch;
  }

  void phase(Phase next) {
    phase = next;
  }

  /** Goes on from the end of the log as it is now. */
  void fetchFromLogEnd() {
    phase = Phase.FETCHING;
    located();
  }

  /** The log was cut, but does not agree with the leader's yet. */
  void truncateFurther() {
    phase = Phase.TRUNCATING;
    located();
  }

  private void located() {
    fetchOffset = log().logEndOffset();
    lastFetchedEpoch = log().latestLeaderEpoch().orElse(-1);
  }

  /** Nothing is asked for a while: first for a short one, as most obstacles are passing ones. */
  void delay(long nowMs, int maxMs) {
    delayMs = Math.clamp(delayMs * 2L, Math.min(DELAY_MIN_MS, maxMs), maxMs);
    delayedUntilMs = nowMs + delayMs;
  }

  /** Whether the log has not refused an answer in these words before, in this leader epoch. */
  boolean isNewRefusal(RuntimeException why) {
    String words = why.toString();
    boolean isNew = !words.equals(refusal);
    refusal = words;
    return isNew;
  }

  /** The leader answered as it should. */
  void answered() {
    delayMs = 0;
  }

  long delayedUntilMs() {
    return delayedUntilMs;
  }

  boolean isDelayed(long nowMs) {
    return nowMs < delayedUntilMs;
  }

  void endDelay() {
    delayedUntilMs = NOT_DELAYED;
  }

  boolean isDelayed() {
    return delayedUntilMs != NOT_DELAYED;
  }

  /** Whether all that the leader says is replicated was here, when it was last heard of. */
  boolean inSync() {
    return inSync;
  }

  void inSync(boolean isInSync) {
    inSync = isInSync;
  }

  @Override
  public String toString() {
    return "%s (%s at offset %d of epoch %d, leader epoch %d)"
        .formatted(topicPartition(), phase, fetchOffset, lastFetchedEpoch, leaderEpoch);
  }
}
