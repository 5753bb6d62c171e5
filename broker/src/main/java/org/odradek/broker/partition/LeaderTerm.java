package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a leader knows within its leader epoch, and what follows from it: how far its followers have
 * come, what is replicated, and who is to come into the ISR or to go out of it. Kafka's rules.
 *
 * <p>Thread-safety: any thread may ask; {@link #isr(InSyncReplicas)} is guarded by its owner. Reads
 * no clock.
 */
final class LeaderTerm {
  private final int brokerId;
  private final int leaderEpoch;
  private final int ledSinceEpoch;
  private final long startOffset;
  private final FollowerProgress[] followers;
  private volatile InSyncReplicas isr;

  private LeaderTerm(
      int brokerId,
      int leaderEpoch,
      int ledSinceEpoch,
      long startOffset,
      FollowerProgress[] followers,
      InSyncReplicas isr) {
    this.brokerId = brokerId;
    this.leaderEpoch = leaderEpoch;
    this.ledSinceEpoch = ledSinceEpoch;
    this.startOffset = startOffset;
    this.followers = followers;
    this.isr = isr;
  }

  /**
   * The lead is taken.
   *
   * @param before the term that ends now if this broker has led so far; else null
   * @param logEndOffset where the epoch begins
   */
  static LeaderTerm begin(
      int brokerId,
      PartitionState state,
      @Nullable LeaderTerm before,
      long logEndOffset,
      long nowMs) {
    List<FollowerProgress> followers = new ArrayList<>();
    for (int replica : state.replicas()) {
      if (replica != brokerId) {
        boolean inSync = state.isr().contains(replica);
        FollowerProgress known = before == null ? null : before.follower(replica);
        if (known == null) {
          known = new FollowerProgress(replica, inSync, nowMs);
        } else {
          known.leaderEpochBegan(inSync, logEndOffset, nowMs);
        }
        followers.add(known);
      }
    }
    return new LeaderTerm(
        brokerId,
        state.leaderEpoch(),
        before == null ? state.leaderEpoch() : before.ledSinceEpoch,
        logEndOffset,
        followers.toArray(FollowerProgress[]::new),
        InSyncReplicas.agreed(state.isr(), state.partitionEpoch()));
  }

  int leaderEpoch() {
    return leaderEpoch;
  }

  /** The leader epoch since which this broker has led without a break. */
  int ledSinceEpoch() {
    return ledSinceEpoch;
  }

  /** The log end offset when the lead was taken: the epoch's records begin there. */
  long startOffset() {
    return startOffset;
  }

  InSyncReplicas isr() {
    return isr;
  }

  void isr(InSyncReplicas next) {
    isr = next;
  }

  int replicationFactor() {
    return followers.length + 1;
  }

  FollowerProgress[] followers() {
    return followers;
  }

  /** Null if the broker is none of the assigned replicas. */
  @Nullable FollowerProgress follower(int replica) {
    for (FollowerProgress follower : followers) {
      if (follower.brokerId() == replica) {
        return follower;
      }
    }
    return null;
  }

  /**
   * The offset below which everything is replicated: to all that are in sync, or may be before
   * long. The latter are those that keep up: did the watermark not wait for them, they could hardly
   * ever come in while records are written.
   *
   * @param mayJoin whether a replica could be taken into the ISR
   * @return -1 if a replica that counts has not fetched yet
   */
  long replicatedUpTo(long logEndOffset, long nowMs, long lagMaxMs, IntPredicate mayJoin) {
    InSyncReplicas current = isr;
    long lowest = logEndOffset;
    for (FollowerProgress follower : followers) {
      FollowerProgress.Position position = follower.position();
      if (position.logEndOffset() < lowest
          && (current.holdsBack(follower.brokerId())
              || (position.caughtUp(logEndOffset, nowMs, lagMaxMs)
                  && mayJoin.test(follower.brokerId())))) {
        lowest = position.logEndOffset();
      }
    }
    return lowest;
  }

  /** Whether a replica has caught up so far that it belongs into the ISR. */
  boolean belongsIn(FollowerProgress follower, long highWatermark, IntPredicate mayJoin) {
    InSyncReplicas current = isr;
    if (current.changing() || current.contains(follower.brokerId())) {
      return false;
    }
    long offset = follower.position().logEndOffset();
    return offset >= highWatermark && offset >= startOffset && mayJoin.test(follower.brokerId());
  }

  /** Those in the ISR that have not been caught up for too long; none while a change is open. */
  List<Integer> laggards(long logEndOffset, long nowMs, long lagMaxMs) {
    InSyncReplicas current = isr;
    if (current.changing()) {
      return List.of();
    }
    List<Integer> laggards = new ArrayList<>(0);
    for (FollowerProgress follower : followers) {
      if (current.contains(follower.brokerId())
          && !follower.position().caughtUp(logEndOffset, nowMs, lagMaxMs)) {
        laggards.add(follower.brokerId());
      }
    }
    return laggards;
  }

  /** The lowest log start offset of all replicas whose brokers are alive (KIP-107). */
  long lowWatermark(long ownLogStart, IntPredicate alive) {
    long lowest = ownLogStart;
    for (FollowerProgress follower : followers) {
      long logStart = follower.position().logStartOffset();
      if (logStart < lowest && alive.test(follower.brokerId())) {
        lowest = logStart;
      }
    }
    return lowest;
  }

  List<FollowerStatus> statuses() {
    InSyncReplicas current = isr;
    List<FollowerStatus> statuses = new ArrayList<>(followers.length);
    for (FollowerProgress follower : followers) {
      FollowerProgress.Position position = follower.position();
      statuses.add(
          new FollowerStatus(
              follower.brokerId(),
              current.contains(follower.brokerId()),
              position.logStartOffset(),
              position.logEndOffset(),
              position.lastCaughtUpMs()));
    }
    return statuses;
  }

  /** Members of a proposed ISR, with the lives of their brokers as far as they are known. */
  List<IsrStore.Member> members(List<Integer> replicas, long ownBrokerEpoch) {
    List<IsrStore.Member> members = new ArrayList<>(replicas.size());
    for (int replica : replicas) {
      FollowerProgress follower = follower(replica);
      long epoch =
          replica == brokerId
              ? ownBrokerEpoch
              : follower == null
                  ? FollowerProgress.UNKNOWN_EPOCH
                  : follower.position().brokerEpoch();
      members.add(new IsrStore.Member(replica, epoch));
    }
    return members;
  }
}
