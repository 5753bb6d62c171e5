package org.odradek.broker.replication;

import org.odradek.broker.replication.FollowedPartition.Phase;
import org.odradek.storage.EpochEndOffset;
import org.odradek.storage.PartitionLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts followers' logs by what leaders tell, and says so in the log. May wait for disks.
 *
 * @param name of the fetcher
 * @param truncatesOnFetch whether logs that do not agree yet are found out by the next fetch
 *     (2.7-IV1)
 */
record LogCut(String name, boolean truncatesOnFetch) {
  private static final Logger logger = LoggerFactory.getLogger(LogCut.class);

  /** What came of it. */
  enum Outcome {
    /** It goes on. */
    DONE,
    /** Nothing has changed, though it should have: asking again at once would not help. */
    STUCK
  }

  /** Nothing is known of epochs, so that only the high watermark is left to go by (KIP-101). */
  void toHighWatermark(FollowedPartition followed) {
    followed
        .partition()
        .asFollower()
        .truncateTo(followed.log().highWatermark(), followed.leaderEpoch());
    followed.fetchFromLogEnd();
  }

  /** The leader has told where an epoch ends: when asked below 2.7-IV1, else as logs part. */
  Outcome atEpochEnd(FollowedPartition followed, EpochEndOffset leaders) {
    PartitionLog log = followed.log();
    long unknown =
        followed.phase() == Phase.TRUNCATING ? followed.fetchOffset() : log.highWatermark();
    TruncationPoint point = TruncationPoint.of(log, leaders, unknown);
    long endBefore = log.logEndOffset();
    int epochBefore = log.latestLeaderEpoch().orElse(-1);
    if (point.offset() < log.highWatermark()) {
      logger.warn(
          "{}: {} is cut at offset {}, below its high watermark {}; the leader was not in sync when"
              + " it was elected",
          name,
          followed.topicPartition(),
          point.offset(),
          log.highWatermark());
    }
    long end = followed.partition().asFollower().truncateTo(point.offset(), followed.leaderEpoch());
    if (end < endBefore) {
      logger.info(
          "{}: {} is cut from offset {} to {}; the leader's epoch {} ends at {}",
          name,
          followed.topicPartition(),
          endBefore,
          end,
          leaders.leaderEpoch(),
          leaders.endOffset());
    }
    if (point.complete() || truncatesOnFetch) {
      followed.fetchFromLogEnd();
    } else {
      followed.truncateFurther();
    }
    boolean stands = end == endBefore && log.latestLeaderEpoch().orElse(-1) == epochBefore;
    if (stands && (truncatesOnFetch || !point.complete())) {
      logger.warn("{}: {} cannot be cut to agree with its leader", name, followed);
      return Outcome.STUCK;
    }
    return Outcome.DONE;
  }

  /** The fetch offset was out of range, and the leader has told where its log ends. */
  void atLeaderEnd(FollowedPartition followed, long leaderEnd) {
    PartitionLog log = followed.log();
    if (leaderEnd >= log.logEndOffset()) {
      followed.phase(Phase.BEFORE_START);
      return;
    }
    logger.warn(
        "{}: {} is cut from offset {} to {}, where its leader's log ends",
        name,
        followed.topicPartition(),
        log.logEndOffset(),
        leaderEnd);
    followed.partition().asFollower().truncateTo(leaderEnd, followed.leaderEpoch());
    followed.fetchFromLogEnd();
  }

  /** Our log does not end above the leader's, which has told where its log begins. */
  Outcome atLeaderStart(FollowedPartition followed, long leaderStart) {
    PartitionLog log = followed.log();
    if (leaderStart <= log.logEndOffset()) {
      followed.fetchFromLogEnd();
      return Outcome.STUCK; // the range holds our end: whatever was wrong, it is not that
    }
    logger.warn(
        "{}: {} is emptied and begins at offset {}, where its leader's log does; it ended at {}",
        name,
        followed.topicPartition(),
        leaderStart,
        log.logEndOffset());
    followed.partition().asFollower().truncateFullyAndStartAt(leaderStart, followed.leaderEpoch());
    followed.fetchFromLogEnd();
    return Outcome.DONE;
  }
}
