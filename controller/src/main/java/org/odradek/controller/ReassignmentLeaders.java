package org.odradek.controller;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leaders and leader epochs of partitions that are being moved. Each state is written on
 * condition that it is still the one it was judged by. Belongs to the controller's thread.
 */
final class ReassignmentLeaders {
  private static final Logger log = LoggerFactory.getLogger(ReassignmentLeaders.class);

  private final ControllerContext context;
  private final ControllerStore store;
  private final ControlRequestBatch batch;

  ReassignmentLeaders(ControllerContext context, ControllerStore store, ControlRequestBatch batch) {
    this.context = context;
    this.store = store;
    this.batch = batch;
  }

  /** Raises leader epochs, so that brokers take the next LeaderAndIsr; nothing is sent yet. */
  CompletableFuture<Set<TopicPartition>> raiseEpochs(Collection<TopicPartition> partitions) {
    return update(
        partitions,
        (partition, state) -> Optional.of(state.withLeaderAndIsr(state.leader(), state.isr())));
  }

  /**
   * Gives partitions, whose assignments in the context are the final ones, a leader that will stay:
   * the one they have, if it will, else the first of the assigned replicas that is there and in
   * sync. Where replicas will be removed, all others must be in sync still: what only those to be
   * removed have would be lost. Tells the brokers with replicas.
   *
   * @param before the assignments that are ended
   * @return those that are settled now; one of which no replica is removed is, also without leader
   */
  CompletableFuture<Set<TopicPartition>> settle(Map<TopicPartition, ReplicaAssignment> before) {
    return update(
            before.keySet(),
            (partition, state) -> {
              ReplicaAssignment ended = before.get(partition);
              return settled(partition, state, ended != null && !ended.removing().isEmpty());
            })
        .thenApply(settled -> {
          for (TopicPartition partition : settled) {
            PartitionState state = context.state(partition);
            context.putLifecycle(
                partition,
                state != null && state.hasLeader()
                    ? PartitionLifecycle.ONLINE
                    : PartitionLifecycle.OFFLINE);
            batch.leaderAndIsr(context.replicas(partition), partition, false);
          }
          batch.send();
          return settled;
        });
  }

  private Optional<PartitionState> settled(
      TopicPartition partition, PartitionState state, boolean removesReplicas) {
    List<Integer> assigned = context.replicas(partition);
    if (removesReplicas && !state.isr().containsAll(assigned)) {
      return Optional.empty();
    }
    if (assigned.contains(state.leader()) && context.isOnline(state.leader(), partition)) {
      return Optional.of(state.withLeaderAndIsr(state.leader(), state.isr()));
    }
    Optional<LeaderElections.Choice> next =
        LeaderElections.reassignment(assigned, state, id -> context.isOnline(id, partition));
    if (next.isEmpty()) {
      log.warn("none of the replicas {} of {} can lead it now", assigned, partition);
      return removesReplicas
          ? Optional.empty()
          : Optional.of(state.withLeaderAndIsr(state.leader(), state.isr()));
    }
    return next.map(choice -> state.withLeaderAndIsr(choice.leader(), choice.isr()));
  }

  /** Reads states and writes the next ones; those changed between are read and judged again. */
  private CompletableFuture<Set<TopicPartition>> update(
      Collection<TopicPartition> partitions,
      BiFunction<TopicPartition, PartitionState, Optional<PartitionState>> judge) {
    if (partitions.isEmpty()) {
      return CompletableFuture.completedFuture(Set.of());
    }
    return store
        .readStates(List.copyOf(partitions))
        .thenCompose(current -> {
          Map<TopicPartition, PartitionState> next = new LinkedHashMap<>();
          current.forEach((partition, state) -> {
            if (state.controllerEpoch() > context.epoch()) {
              throw new ControllerMovedException(
                  "the state of %s was written in controller epoch %d, ours is %d"
                      .formatted(partition, state.controllerEpoch(), context.epoch()));
            }
            context.putState(partition, state);
            judge.apply(partition, state).ifPresent(judged -> next.put(partition, judged));
          });
          return store
              .updateStates(next)
              .thenCompose(updated -> {
                updated.forEach(context::putState);
                Set<TopicPartition> again = new LinkedHashSet<>(next.keySet());
                again.removeAll(updated.keySet());
                return update(again, judge)
                    .thenApply(more -> {
                      Set<TopicPartition> all = new LinkedHashSet<>(updated.keySet());
                      all.addAll(more);
                      return all;
                    });
              });
        });
  }
}
