package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The in-sync replicas of a partition that this broker leads: those agreed on, and the one change
 * of them that may be on its way.
 *
 * <p>While a change is on its way nobody knows which of the two ISRs is in force. So the larger one
 * ({@link #holdsBack}) has to have what counts as replicated, and the one agreed on is counted for
 * {@code min.insync.replicas}.
 *
 * <p>Thread-safety: immutable.
 *
 * @param committed as agreed, in that order
 * @param partitionEpoch the version of the state that was agreed
 * @param change null when none is on its way
 */
record InSyncReplicas(List<Integer> committed, int partitionEpoch, @Nullable Change change) {

  /** A change that was proposed. */
  sealed interface Change {}

  /** One that has caught up is to come in. */
  record Joining(int brokerId) implements Change {}

  /** Those that have not been caught up for too long are to go out. */
  record Leaving(List<Integer> brokerIds) implements Change {
    Leaving {
      brokerIds = List.copyOf(brokerIds);
    }
  }

  InSyncReplicas {
    committed = List.copyOf(committed);
  }

  static InSyncReplicas agreed(List<Integer> isr, int partitionEpoch) {
    return new InSyncReplicas(isr, partitionEpoch, null);
  }

  boolean changing() {
    return change != null;
  }

  boolean contains(int brokerId) {
    return committed.contains(brokerId);
  }

  /** Whether nothing counts as replicated before this replica has it. */
  boolean holdsBack(int brokerId) {
    return committed.contains(brokerId)
        || (change instanceof Joining joining && joining.brokerId == brokerId);
  }

  InSyncReplicas with(Change next) {
    if (change != null) {
      throw new IllegalStateException(
          "ISR %s is changing by %s already, not by %s".formatted(committed, change, next));
    }
    return new InSyncReplicas(committed, partitionEpoch, next);
  }

  /** Back to what was agreed: the change was not made. */
  InSyncReplicas unchanged() {
    return agreed(committed, partitionEpoch);
  }

  /** What the change on its way leads to. */
  List<Integer> proposed() {
    List<Integer> next = new ArrayList<>(committed);
    switch (change) {
      case null -> {}
      case Joining joining -> next.add(joining.brokerId);
      case Leaving leaving -> next.removeAll(leaving.brokerIds);
    }
    return next;
  }
}
