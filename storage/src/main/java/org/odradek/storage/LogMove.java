package org.odradek.storage;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * Copies the log of a partition into the one that is to take its place, as a follower copies its
 * leader: where the current log was cut, the copy is cut too, by leader epochs (KIP-101).
 *
 * <p>Thread-safety: one thread at a time. Others may append to the current log, and cut it, at any
 * time.
 */
public final class LogMove {
  private final PartitionLog from;
  private final PartitionLog to;

  LogMove(PartitionLog from, PartitionLog to) {
    this.from = from;
    this.to = to;
  }

  public PartitionLog from() {
    return from;
  }

  public PartitionLog to() {
    return to;
  }

  /** How many offsets are still to be copied. */
  public long lag() {
    return Math.max(0, from.logEndOffset() - to.logEndOffset());
  }

  /**
   * Copies some more. May wait for both disks.
   *
   * @return the bytes copied; 0 when there was nothing more
   * @throws LogException KAFKA_STORAGE_ERROR if one of the logs is gone; OFFSET_OUT_OF_RANGE or
   *     NOT_LEADER_OR_FOLLOWER if the current log changed under the copying, and it is to be tried
   *     again
   */
  public int copy(int maxBytes) {
    to.state().ensureOpen();
    if (from.logStartOffset() > to.logStartOffset()) {
      to.followLogStart(from.logStartOffset());
    }
    cutToCommon();
    int copied =
        to.logEndOffset() < from.logEndOffset() ? copyFrom(to.logEndOffset(), maxBytes) : 0;
    to.updateHighWatermark(from.highWatermark());
    if (copied == 0) {
      adoptLatestEpoch();
    }
    return copied;
  }

  private int copyFrom(long offset, int maxBytes) {
    LogRead read = from.read(offset, maxBytes, true, ReadIsolation.LOG_END);
    ByteBuffer bytes;
    try {
      bytes = read.records().readFully();
    } finally {
      read.release();
    }
    // What was read may end in the middle of a batch, which does not count.
    long before = to.sizeInBytes();
    to.appendAsFollower(bytes);
    return Math.toIntExact(to.sizeInBytes() - before);
  }

  /** An epoch that has begun, but has no record yet, cannot be learned from records. */
  private void adoptLatestEpoch() {
    OptionalInt latest = from.latestLeaderEpoch();
    if (latest.isPresent()
        && to.logEndOffset() == from.logEndOffset()
        && latest.getAsInt() > to.latestLeaderEpoch().orElse(-1)) {
      to.startLeaderEpoch(latest.getAsInt());
    }
  }

  /** Each round goes back by an epoch at least. */
  private void cutToCommon() {
    for (OptionalInt mine = to.latestLeaderEpoch(); ; mine = to.latestLeaderEpoch()) {
      long fromEnd = from.logEndOffset();
      if (mine.isEmpty() || from.latestLeaderEpoch().isEmpty()) {
        cutTo(fromEnd); // records without epochs: offsets are all there is
        return;
      }
      int epoch = mine.getAsInt();
      EpochEndOffset theirs = from.epochEndOffset(epoch);
      if (theirs.leaderEpoch() == epoch) {
        cutTo(theirs.endOffset());
        return;
      }
      // The current log never had that epoch: back to the one before that it has.
      int before =
          theirs.leaderEpoch() >= 0 ? theirs.leaderEpoch() : from.latestLeaderEpoch().orElse(-1);
      long theirEnd = theirs.leaderEpoch() >= 0 ? theirs.endOffset() : fromEnd;
      EpochEndOffset common = to.epochEndOffset(before);
      to.truncateTo(
          Math.min(theirEnd, common.leaderEpoch() >= 0 ? common.endOffset() : to.logStartOffset()));
    }
  }

  private void cutTo(long offset) {
    if (to.logEndOffset() > offset) {
      to.truncateTo(offset);
    }
  }
}
