package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
  private final ControllerStore store;
  private final ControlRequestBatch batch;

  ReplicaStateMachine(ControllerContext context, ControllerStore store, ControlRequestBatch batch) {
    this.context = context;
    this.store = store;
    this.batch = batch;
  }

  /** Gives each replica its state after an election of the controller, and tells its broker. */
  CompletableFuture<Void> startup() {
    List<PartitionReplica> online = new ArrayList<>();
    List<PartitionReplica> offline = new ArrayList<>();
    for (PartitionReplica replica : context.replicasOf(context.allPartitions())) {
      boolean isOnline = context.isOnline(replica.brokerId(), replica.partition());
      // Set without a transition: this is where the life of the state machine begins.
      context.putLifecycle(
          replica, isOnline ? ReplicaLifecycle.ONLINE : ReplicaLifecycle.DELETION_INELIGIBLE);
      (isOnline ? online : offline).add(replica);
    }
    toOnline(online);
    return toOffline(offline);
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

  /** Replicas that are gone: their brokers stop them, and they leave the ISR. */
  CompletableFuture<Void> toOffline(Collection<PartitionReplica> replicas) {
    List<PartitionReplica> legal = legal(replicas, ReplicaLifecycle.OFFLINE);
    Map<Integer, List<TopicPartition>> byBroker = new LinkedHashMap<>();
    for (PartitionReplica replica : legal) {
      batch.stopReplica(replica, false);
      context.putLifecycle(replica, ReplicaLifecycle.OFFLINE);
      if (context.state(replica.partition()) != null) {
        byBroker
            .computeIfAbsent(replica.brokerId(), id -> new ArrayList<>())
            .add(replica.partition());
      }
    }
    CompletableFuture<Void> removed = CompletableFuture.completedFuture(null);
    for (Map.Entry<Integer, List<TopicPartition>> entry : byBroker.entrySet()) {
      removed = removed.thenCompose(done -> removeFromIsr(entry.getKey(), entry.getValue()));
    }
    return removed.thenAccept(done -> batch.send());
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

  /** A broker's replicas leave the ISRs they are in; partitions it led have no leader then. */
  private CompletableFuture<Void> removeFromIsr(int brokerId, List<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return store
        .readStates(partitions)
        .thenCompose(current -> {
          Map<TopicPartition, PartitionState> next = new LinkedHashMap<>();
          current.forEach((partition, state) -> {
            context.putState(partition, state);
            if (state.isr().contains(brokerId)) {
              int leader = state.leader() == brokerId ? PartitionState.NO_LEADER : state.leader();
              next.put(partition, state.withLeaderAndIsr(leader, state.isrWithout(brokerId)));
            } else {
              announce(brokerId, partition);
            }
          });
          return update(brokerId, next);
        });
  }

  private CompletableFuture<Void> update(int brokerId, Map<TopicPartition, PartitionState> next) {
    return store
        .updateStates(next)
        .thenCompose(updated -> {
          updated.forEach((partition, state) -> {
            context.putState(partition, state);
            announce(brokerId, partition);
          });
          Set<TopicPartition> again = new LinkedHashSet<>(next.keySet());
          again.removeAll(updated.keySet());
          return removeFromIsr(brokerId, List.copyOf(again)); // changed meanwhile
        });
  }

  /** The other replicas' brokers hear of the smaller ISR. */
  private void announce(int brokerId, TopicPartition partition) {
    if (context.isBeingDeleted(partition)) {
      return;
    }
    List<Integer> others =
        context.replicas(partition).stream().filter(id -> id != brokerId).toList();
    batch.leaderAndIsr(others, partition, false);
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
