package org.odradek.broker.partition;

import org.odradek.protocol.TopicPartition;

/**
 * One partition of a StopReplica request.
 *
 * @param leaderEpoch of the controller's decision, or one of {@link #NO_LEADER_EPOCH}, {@link
 *     #EPOCH_DURING_DELETE}
 * @param delete whether its log goes too
 */
record ReplicaEnd(TopicPartition partition, int leaderEpoch, boolean delete) {
  /** Sent instead of a leader epoch by controllers that know none; always obeyed. */
  static final int NO_LEADER_EPOCH = -1;

  /** Sent instead of a leader epoch when the topic is deleted; always obeyed. */
  static final int EPOCH_DURING_DELETE = -2;

  /** Whether a decision that is not older than this epoch may be obeyed. */
  boolean appliesTo(int currentLeaderEpoch) {
    return leaderEpoch == NO_LEADER_EPOCH
        || leaderEpoch == EPOCH_DURING_DELETE
        || leaderEpoch >= currentLeaderEpoch;
  }
}
