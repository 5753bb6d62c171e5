package org.odradek.broker.partition;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;

/**
 * Where a leader has a change of its in-sync replicas agreed: by the controller (AlterPartition,
 * KIP-497), or in ZooKeeper itself where {@code inter.broker.protocol.version} is older.
 *
 * <p>An implementation goes on trying until it knows the outcome: a lost answer or connection is
 * its own concern. It has at most one proposal of a partition open; a newer one replaces it, and
 * the older is answered with {@link NotAttempted}.
 *
 * <p>Thread-safety: any thread; never waits. Futures complete normally, on any thread.
 */
public interface IsrStore {

  CompletableFuture<Outcome> propose(Proposal proposal);

  /**
   * The in-sync replicas that a leader wants.
   *
   * @param topicId null while the topic has none
   * @param leaderEpoch the epoch in which it leads
   * @param partitionEpoch the version of the state that it wants to replace
   * @param newIsr the replicas to be in sync, the leader among them
   * @param controllerEpoch of the controller that made it leader
   */
  record Proposal(
      TopicPartition topicPartition,
      @Nullable Uuid topicId,
      int leader,
      int leaderEpoch,
      int partitionEpoch,
      List<Member> newIsr,
      int controllerEpoch) {
    public Proposal {
      newIsr = List.copyOf(newIsr);
    }

    public List<Integer> newIsrIds() {
      return newIsr.stream().map(Member::brokerId).toList();
    }
  }

  /**
   * A replica to be in sync (KIP-903).
   *
   * @param brokerEpoch the life of the broker that was seen to be in sync; -1 if it did not say
   */
  record Member(int brokerId, long brokerEpoch) {}

  /** How a proposal ended. */
  sealed interface Outcome {}

  /**
   * The state that is in force now. It may be another one than was proposed.
   *
   * @param partitionEpoch the version of the state
   */
  record Accepted(int leader, int leaderEpoch, int partitionEpoch, List<Integer> isr)
      implements Outcome {
    public Accepted {
      isr = List.copyOf(isr);
    }
  }

  /** Nothing was changed, and nothing stands against trying again later. */
  record NotAttempted(String reason) implements Outcome {}

  /**
   * The controller decided something that this leader has not heard of yet (FENCED_LEADER_EPOCH,
   * INVALID_UPDATE_VERSION and the like): it keeps to the larger of the two ISRs, acknowledges
   * nothing without it, and waits for LeaderAndIsr.
   */
  record Fenced(String reason) implements Outcome {}
}
