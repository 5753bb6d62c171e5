package org.odradek.broker.replication;

import org.odradek.storage.EpochEndOffset;
import org.odradek.storage.PartitionLog;

/**
 * Where a follower cuts its log off, by what the leader says of an epoch (KIP-101, KIP-279).
 *
 * @param offset the new log end offset
 * @param complete whether the logs agree below it; if not, the leader has to be asked again, about
 *     the epoch that is the latest then
 */
record TruncationPoint(long offset, boolean complete) {

  /**
   * @param leaders the answer of the leader: the largest epoch that it has at or below the one
   *     asked for, and where that ends; -1 for what it does not know
   * @param unknown where to cut when the leader knows nothing: the high watermark, below which logs
   *     agree
   */
  static TruncationPoint of(PartitionLog log, EpochEndOffset leaders, long unknown) {
    long end = log.logEndOffset();
    if (leaders.endOffset() < 0) {
      return new TruncationPoint(Math.min(unknown, end), true);
    }
    if (leaders.leaderEpoch() < 0) {
      // A leader that answers in version 0 says the offset only.
      return new TruncationPoint(Math.min(leaders.endOffset(), end), true);
    }
    EpochEndOffset ours = log.epochEndOffset(leaders.leaderEpoch());
    if (ours.endOffset() < 0) {
      return new TruncationPoint(Math.min(leaders.endOffset(), end), true);
    }
    if (ours.leaderEpoch() != leaders.leaderEpoch()) {
      // That epoch is not in this log. Whatever follows the epoch before it cannot be the leader's.
      return new TruncationPoint(Math.min(ours.endOffset(), end), false);
    }
    return new TruncationPoint(
        Math.min(Math.min(ours.endOffset(), leaders.endOffset()), end), true);
  }
}
