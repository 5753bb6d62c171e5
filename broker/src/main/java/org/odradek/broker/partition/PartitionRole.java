package org.odradek.broker.partition;

import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.storage.LogException;

/**
 * Who leads a partition as far as this broker was told, and if it does itself, what it knows as the
 * leader.
 *
 * <p>Thread-safety: anyone may look. Who needs the role to stay while it works (appends,
 * truncation) holds the lock shared; who changes role or ISR holds it alone, for no longer than to
 * swap the state. The lock is not reentrant.
 */
final class PartitionRole {
  private final int brokerId;
  private final TopicPartition topicPartition;
  private final StampedLock lock = new StampedLock();
  private volatile PartitionState state = PartitionState.UNKNOWN;
  private volatile @Nullable LeaderTerm term;

  PartitionRole(int brokerId, TopicPartition topicPartition) {
    this.brokerId = brokerId;
    this.topicPartition = topicPartition;
  }

  PartitionState state() {
    return state;
  }

  /** Null unless this broker leads. */
  @Nullable LeaderTerm term() {
    return term;
  }

  long lockShared() {
    return lock.readLock();
  }

  void unlockShared(long stamp) {
    lock.unlockRead(stamp);
  }

  long lockAlone() {
    return lock.writeLock();
  }

  void unlockAlone(long stamp) {
    lock.unlockWrite(stamp);
  }

  /** A newer state within the same role. With the lock held alone. */
  void state(PartitionState next) {
    state = next;
  }

  /** The lead is taken, or kept in a new epoch. With the lock held alone. */
  void lead(PartitionState next, LeaderTerm newTerm) {
    term = newTerm;
    state = next;
  }

  /** Another broker leads, or none. With the lock held alone. */
  void follow(PartitionState next) {
    state = next;
    term = null;
  }

  /**
   * The state, if a client's belief agrees with it (KIP-320).
   *
   * @param clientLeaderEpoch -1 if the client does not say
   * @throws LogException FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH
   */
  PartitionState requireEpoch(int clientLeaderEpoch) {
    PartitionState current = state;
    if (clientLeaderEpoch >= 0 && clientLeaderEpoch < current.leaderEpoch()) {
      throw new LogException(
          ErrorCode.FENCED_LEADER_EPOCH,
          "Leader epoch %d of %s has passed, it is %d"
              .formatted(clientLeaderEpoch, topicPartition, current.leaderEpoch()));
    }
    if (clientLeaderEpoch >= 0 && clientLeaderEpoch > current.leaderEpoch()) {
      throw new LogException(
          ErrorCode.UNKNOWN_LEADER_EPOCH,
          "Leader epoch %d of %s is not known here yet, it is %d"
              .formatted(clientLeaderEpoch, topicPartition, current.leaderEpoch()));
    }
    return current;
  }

  LogException notLeader(PartitionState current) {
    return new LogException(
        ErrorCode.NOT_LEADER_OR_FOLLOWER,
        "Broker %d does not lead %s, broker %d does in epoch %d"
            .formatted(brokerId, topicPartition, current.leader(), current.leaderEpoch()));
  }
}
