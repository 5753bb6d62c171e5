package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves partitions through {@link PartitionLifecycle}. What brokers must know is put into the batch
 * and sent at the end of each transition. Belongs to the controller's thread.
 */
final class PartitionStateMachine {
  private static final Logger log = LoggerFactory.getLogger(PartitionStateMachine.class);
  private static final int NAMED_MAX = 5;

  private final ControllerContext context;
  private final ControllerStore store;
  private final ControlRequestBatch batch;

  PartitionStateMachine(
      ControllerContext context, ControllerStore store, ControlRequestBatch batch) {
    this.context = context;
    this.store = store;
    this.batch = batch;
  }

  /** Gives each partition its state after an election of the controller, and leaders to all. */
  CompletableFuture<Void> startup() {
    for (TopicPartition partition : context.allPartitions()) {
      PartitionState state = context.state(partition);
      context.putLifecycle(
          partition,
          state == null
              ? PartitionLifecycle.NEW
              : context.isOnline(state.leader(), partition)
                  ? PartitionLifecycle.ONLINE
                  : PartitionLifecycle.OFFLINE);
    }
    return bringOnline();
  }

  /** Tries to give a leader to each partition that has none. */
  CompletableFuture<Void> bringOnline() {
    List<TopicPartition> leaderless =
        context.allPartitions().stream()
            .filter(partition -> !context.isBeingDeleted(partition))
            .filter(partition ->
                context.lifecycle(partition) == PartitionLifecycle.NEW
                    || context.lifecycle(partition) == PartitionLifecycle.OFFLINE)
            .toList();
    return toOnline(leaderless, ElectionReason.OFFLINE);
  }

  /** Marks partitions as known; nothing is written. */
  void toNew(Collection<TopicPartition> partitions) {
    mark(partitions, PartitionLifecycle.NEW);
  }

  /** Marks partitions as without leader; nothing is written. */
  void toOffline(Collection<TopicPartition> partitions) {
    mark(partitions, PartitionLifecycle.OFFLINE);
  }

  /** Forgets partitions that are deleted. */
  void toNonExistent(Collection<TopicPartition> partitions) {
    mark(partitions, PartitionLifecycle.NON_EXISTENT);
  }

  /** Chooses leaders: the first one of new partitions, another one of others. */
  CompletableFuture<Void> toOnline(Collection<TopicPartition> partitions, ElectionReason reason) {
    List<TopicPartition> fresh = new ArrayList<>();
    List<TopicPartition> others = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      if (isLegal(partition, PartitionLifecycle.ONLINE)) {
        (context.lifecycle(partition) == PartitionLifecycle.NEW ? fresh : others).add(partition);
      }
    }
    return initialize(fresh)
        .thenCompose(done -> elect(others, reason))
        .thenAccept(done -> batch.send());
  }

  // ---- first leaders

  private CompletableFuture<Void> initialize(List<TopicPartition> partitions) {
    Map<TopicPartition, PartitionState> states = new LinkedHashMap<>();
    List<TopicPartition> withoutReplica = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      Optional<LeaderElections.Choice> choice =
          LeaderElections.first(context.replicas(partition), id -> context.isOnline(id, partition));
      if (choice.isEmpty()) {
        withoutReplica.add(partition);
      } else {
        states.put(
            partition,
            new PartitionState(
                choice.get().leader(),
                PartitionState.INITIAL_LEADER_EPOCH,
                choice.get().isr(),
                context.epoch(),
                0));
      }
    }
    if (!withoutReplica.isEmpty()) {
      log.warn("no broker with a replica of {} is alive: no leader yet", some(withoutReplica));
    }
    if (states.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return store
        .createStates(states)
        .thenCompose(created -> {
          created.forEach((partition, state) -> online(partition, state, true));
          // A former controller made the others' states before it told us: take those.
          Set<TopicPartition> existing = new LinkedHashSet<>(states.keySet());
          existing.removeAll(created.keySet());
          return takeExisting(List.copyOf(existing));
        });
  }

  private CompletableFuture<Void> takeExisting(List<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return store
        .readStates(partitions)
        .thenCompose(found -> {
          log.info("{} had a state already: it is kept", some(found.keySet()));
          found.forEach((partition, state) -> {
            context.putState(partition, state);
            context.putLifecycle(partition, PartitionLifecycle.OFFLINE);
          });
          return elect(List.copyOf(found.keySet()), ElectionReason.OFFLINE)
              .thenAccept(failed -> {});
        });
  }

  // ---- other leaders

  /**
   * Partitions whose state somebody else has written or removed in ZooKeeper: it is read, and
   * written again with a new leader epoch, so that everybody has the same.
   */
  CompletableFuture<Void> repair(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    log.warn(
        "the state in ZooKeeper of {} is not what this controller knows; somebody else has changed"
            + " or removed it: it is written again",
        some(partitions));
    return elect(List.copyOf(partitions), ElectionReason.REPAIR).thenAccept(failed -> batch.send());
  }

  /** Gives those for which nobody could be chosen. */
  private CompletableFuture<Set<TopicPartition>> elect(
      List<TopicPartition> partitions, ElectionReason reason) {
    if (partitions.isEmpty()) {
      return CompletableFuture.completedFuture(Set.of());
    }
    return store
        .readStates(partitions)
        .thenCompose(current -> {
          Set<TopicPartition> failed = new LinkedHashSet<>();
          Map<TopicPartition, PartitionState> changed = new LinkedHashMap<>();
          Map<TopicPartition, PartitionState> restored = new LinkedHashMap<>();
          for (TopicPartition partition : partitions) {
            boolean isThere = current.containsKey(partition);
            PartitionState state = isThere ? current.get(partition) : context.state(partition);
            if (state == null) {
              log.error("{} has no state in ZooKeeper and never had one: not elected", partition);
              failed.add(partition);
            } else {
              check(partition, state);
              context.putState(partition, state);
              choice(partition, state, reason)
                  .ifPresentOrElse(
                      choice ->
                          (isThere ? changed : restored)
                              .put(
                                  partition, state.withLeaderAndIsr(choice.leader(), choice.isr())),
                      () -> failed.add(partition));
            }
          }
          if (!failed.isEmpty()) {
            log.warn("no in-sync replica of {} may lead (election: {})", some(failed), reason);
          }
          return write(changed, restored, reason)
              .thenApply(failedLater -> {
                failed.addAll(failedLater);
                return failed;
              });
        });
  }

  private CompletableFuture<Set<TopicPartition>> write(
      Map<TopicPartition, PartitionState> changed,
      Map<TopicPartition, PartitionState> restored,
      ElectionReason reason) {
    if (!restored.isEmpty()) {
      log.warn("the state nodes of {} are gone: they are made again", some(restored.keySet()));
    }
    return store
        .updateStates(changed)
        .thenCombine(
            store.createStates(restored),
            (updated, created) -> {
              Map<TopicPartition, PartitionState> written = new LinkedHashMap<>(updated);
              written.putAll(created);
              return written;
            })
        .thenCompose(written -> {
          written.forEach((partition, state) -> online(partition, state, false));
          List<TopicPartition> again = new ArrayList<>(changed.keySet());
          again.removeAll(written.keySet()); // changed between reading and writing
          Set<TopicPartition> lost = new LinkedHashSet<>(restored.keySet());
          lost.removeAll(written.keySet()); // their topic is gone as well
          return elect(again, reason)
              .thenApply(failed -> {
                lost.addAll(failed);
                return lost;
              });
        });
  }

  private void check(TopicPartition partition, PartitionState state) {
    if (state.controllerEpoch() > context.epoch()) {
      throw new ControllerMovedException(
          "the state of %s was written in controller epoch %d, ours is %d"
              .formatted(partition, state.controllerEpoch(), context.epoch()));
    }
  }

  private Optional<LeaderElections.Choice> choice(
      TopicPartition partition, PartitionState state, ElectionReason reason) {
    List<Integer> replicas = context.replicas(partition);
    IntPredicate isOnline = id -> context.isOnline(id, partition);
    return switch (reason) {
      case OFFLINE -> LeaderElections.offline(replicas, state, isOnline, false);
      case REPAIR ->
          isOnline.test(state.leader())
              ? Optional.of(new LeaderElections.Choice(state.leader(), state.isr()))
              : LeaderElections.offline(replicas, state, isOnline, false);
      case REASSIGNMENT -> {
        ReplicaAssignment assignment = context.assignment(partition);
        yield LeaderElections.reassignment(
            assignment == null ? List.of() : assignment.target(), state, isOnline);
      }
      case PREFERRED -> LeaderElections.preferred(replicas, state, isOnline);
      case CONTROLLED_SHUTDOWN ->
          LeaderElections.controlledShutdown(
              replicas, state, id -> context.broker(id) != null, context.shuttingDown()::contains);
    };
  }

  private void online(TopicPartition partition, PartitionState state, boolean isNew) {
    context.putState(partition, state);
    context.putLifecycle(partition, PartitionLifecycle.ONLINE);
    batch.leaderAndIsr(context.replicas(partition), partition, isNew);
  }

  // ---- transitions

  private void mark(Collection<TopicPartition> partitions, PartitionLifecycle target) {
    for (TopicPartition partition : partitions) {
      if (isLegal(partition, target)) {
        context.putLifecycle(partition, target);
      }
    }
  }

  private boolean isLegal(TopicPartition partition, PartitionLifecycle target) {
    PartitionLifecycle previous = context.lifecycle(partition);
    if (target.canFollow(previous)) {
      return true;
    }
    log.error("{} cannot become {}, as it is {}", partition, target, previous);
    return false;
  }

  private static String some(Collection<TopicPartition> partitions) {
    String named =
        String.join(
            ", ", partitions.stream().limit(NAMED_MAX).map(TopicPartition::toString).toList());
    return partitions.size() <= NAMED_MAX
        ? named
        : named + " and " + (partitions.size() - NAMED_MAX) + " more";
  }
}
