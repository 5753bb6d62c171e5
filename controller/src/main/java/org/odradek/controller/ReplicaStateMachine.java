package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.PartitionState;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves replicas through {@link ReplicaLifecycle}. What brokers must know is put into the batch and
 * sent at the end of each transition. Belongs to the controller's thread.
 */
final class ReplicaStateMachine {
  private static final Logger log = LoggerFactory.getLogger(ReplicaStateMachine.class);

  private final ControllerContext context;
  private final ControlRequestBatch batch;
  private final StateChanges changes;

  ReplicaStateMachine(ControllerContext context, ControlRequestBatch batch, StateChanges changes) {
    this.context = context;
    this.batch = batch;
    this.changes = changes;
  }

  /**
   * Gives each replica its lifecycle after an election of the controller. What the brokers are to
   * be told goes with the next requests, which the caller sends; ISRs are what the partitions'
   * startup has made of them.
   */
  void startup() {
    for (PartitionReplica replica : context.replicasOf(context.allPartitions())) {
      TopicPartition partition = replica.partition();
      boolean isOnline = context.isOnline(replica.brokerId(), partition);
      // Set without a transition: this is where the life of the state machine begins.
      context.putLifecycle(replica, isOnline ? ReplicaLifecycle.ONLINE : ReplicaLifecycle.OFFLINE);
      if (isOnline && !context.isBeingDeleted(partition) && context.state(partition) != null) {
        batch.leaderAndIsr(List.of(replica.brokerId()), partition, false);
      }
    }
  }

  /** Replicas just assigned; their brokers make them when the partition has a leader. */
  void toNew(Collection<PartitionReplica> replicas) {
    for (PartitionReplica replica : legal(replicas, ReplicaLifecycle.NEW)) {
      if (context.state(replica.partition()) != null) {
        batch.leaderAndIsr(List.of(replica.brokerId()), replica.partition(), true);
      }
      context.putLifecycle(replica, ReplicaLifecycle.NEW);
    }
    batch.send();
  }

  /** Replicas whose broker is there. */
  void toOnline(Collection<PartitionReplica> replicas) {
    for (PartitionReplica replica : legal(replicas, ReplicaLifecycle.ONLINE)) {
      boolean wasNew = context.lifecycle(replica) == ReplicaLifecycle.NEW;
      if (!wasNew && context.state(replica.partition()) != null) {
        batch.leaderAndIsr(List.of(replica.brokerId()), replica.partition(), false);
      }
      context.putLifecycle(replica, ReplicaLifecycle.ONLINE);
    }
    batch.send();
  }

  /**
   * Replicas that are gone: their brokers stop them, and they leave the ISRs; a partition whose
   * leader is among them has none then. Those of topics that are being deleted keep their states.
   */
  CompletableFuture<Void> toOffline(Collection<PartitionReplica> replicas) {
    Map<Integer, List<TopicPartition>> byBroker = new LinkedHashMap<>();
    Map<TopicPartition, Set<Integer>> removed = new LinkedHashMap<>();
    for (PartitionReplica replica : markOffline(replicas)) {
      TopicPartition partition = replica.partition();
      if (!context.isBeingDeleted(partition)) {
        byBroker.computeIfAbsent(replica.brokerId(), id -> new ArrayList<>()).add(partition);
        removed.computeIfAbsent(partition, each -> new HashSet<>()).add(replica.brokerId());
      }
    }
    // One broker after the other, so that leader epochs are what Kafka's would be.
    CompletableFuture<Set<TopicPartition>> done =
        CompletableFuture.completedFuture(new LinkedHashSet<>());
    for (Map.Entry<Integer, List<TopicPartition>> entry : byBroker.entrySet()) {
      done =
          done.thenCompose(changed ->
              changes
                  .apply(entry.getValue(), (partition, state) -> without(state, entry.getKey()))
                  .thenApply(written -> {
                    changed.addAll(written.keySet());
                    return changed;
                  }));
    }
    return done.thenAccept(changed -> {
      for (TopicPartition partition : changed) {
        Set<Integer> gone = removed.getOrDefault(partition, Set.of());
        batch.leaderAndIsr(
            context.replicas(partition).stream().filter(id -> !gone.contains(id)).toList(),
            partition,
            false);
      }
      batch.send();
    });
  }

  /** The same without ISRs; what is to be sent goes with the next requests. Gives what is legal. */
  List<PartitionReplica> markOffline(Collection<PartitionReplica> replicas) {
    List<PartitionReplica> legal = legal(replicas, ReplicaLifecycle.OFFLINE);
    for (PartitionReplica replica : legal) {
      batch.stopReplica(replica, false);
      context.putLifecycle(replica, ReplicaLifecycle.OFFLINE);
    }
    return legal;
  }

  /** Null if there is nothing to change. An ISR never gets empty: the last one stays in it. */
  private static @Nullable PartitionState without(PartitionState state, int brokerId) {
    return state.isr().contains(brokerId)
        ? state.withLeaderAndIsr(
            state.leader() == brokerId ? PartitionState.NO_LEADER : state.leader(),
            state.isrWithout(brokerId))
        : null;
  }

  /** Brokers delete the replicas, and answer by {@link ControllerEvent.ReplicaDeletionAnswered}. */
  void toDeletionStarted(Collection<PartitionReplica> replicas) {
    for (PartitionReplica replica : legal(replicas, ReplicaLifecycle.DELETION_STARTED)) {
      context.putLifecycle(replica, ReplicaLifecycle.DELETION_STARTED);
      batch.stopReplica(replica, true);
    }
    batch.send();
  }

  void toDeletionSuccessful(Collection<PartitionReplica> replicas) {
    mark(replicas, ReplicaLifecycle.DELETION_SUCCESSFUL);
  }

  void toDeletionIneligible(Collection<PartitionReplica> replicas) {
    mark(replicas, ReplicaLifecycle.DELETION_INELIGIBLE);
  }

  void toNonExistent(Collection<PartitionReplica> replicas) {
    mark(replicas, ReplicaLifecycle.NON_EXISTENT);
  }

  private void mark(Collection<PartitionReplica> replicas, ReplicaLifecycle target) {
    legal(replicas, target).forEach(replica -> context.putLifecycle(replica, target));
  }

  private List<PartitionReplica> legal(
      Collection<PartitionReplica> replicas, ReplicaLifecycle target) {
    List<PartitionReplica> legal = new ArrayList<>();
    for (PartitionReplica replica : replicas) {
      ReplicaLifecycle previous = context.lifecycle(replica);
      if (target.canFollow(previous)) {
        legal.add(replica);
      } else {
        log.error("{} cannot become {}, as it is {}", replica, target, previous);
      }
    }
    return legal;
  }
}
