package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.PartitionState;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves partitions through {@link PartitionLifecycle}. What brokers must know is put into the batch
 * and sent at the end of each transition. Belongs to the controller's thread.
 */
final class PartitionStateMachine {
  private static final Logger log = LoggerFactory.getLogger(PartitionStateMachine.class);

  /**
   * From this version of LeaderAndIsr on leaders are told that they come by an unclean election.
   */
  private static final short RECOVERY_STATES = 6;

  /** From how many changes on brokers hear of new leaders before they hear of smaller ISRs. */
  private static final int TOGETHER_MAX = 100;

  private final ControllerContext context;
  private final ControllerStore store;
  private final ControlRequestBatch batch;
  private final StateChanges changes;
  private final UncleanElections unclean;
  private final boolean hasRecoveryStates;

  PartitionStateMachine(
      ControllerContext context,
      ControllerStore store,
      ControllerConfig config,
      ControlRequestBatch batch,
      StateChanges changes) {
    this.context = context;
    this.store = store;
    this.batch = batch;
    this.changes = changes;
    this.unclean = new UncleanElections(context, store, config.elections());
    this.hasRecoveryStates = config.versions().leaderAndIsr() >= RECOVERY_STATES;
  }

  /**
   * Gives each partition its lifecycle after an election of the controller, then leaders to all
   * that have none, and takes replicas that are not there out of the ISRs: all in one go. Brokers
   * are told of what changed with the next requests, which the caller sends.
   */
  CompletableFuture<Void> startup() {
    List<TopicPartition> fresh = new ArrayList<>();
    List<TopicPartition> affected = new ArrayList<>();
    for (TopicPartition partition : context.allPartitions()) {
      PartitionState state = context.state(partition);
      if (state == null) {
        context.putLifecycle(partition, PartitionLifecycle.NEW);
        if (!context.isBeingDeleted(partition)) {
          fresh.add(partition);
        }
      } else {
        boolean isLed = context.isOnline(state.leader(), partition);
        context.putLifecycle(
            partition, isLed ? PartitionLifecycle.ONLINE : PartitionLifecycle.OFFLINE);
        boolean isWhole = state.isr().stream().allMatch(id -> context.isOnline(id, partition));
        if (!(isLed && isWhole) && !context.isBeingDeleted(partition)) {
          affected.add(partition);
        }
      }
    }
    return mend(affected).thenCompose(done -> initialize(fresh));
  }

  /**
   * Replicas cannot be reached any more: partitions that they led get other leaders, if there are
   * any, and they leave the ISRs; in one go for all of them.
   */
  CompletableFuture<Void> replicasLost(Collection<PartitionReplica> lost) {
    Set<TopicPartition> affected = new LinkedHashSet<>();
    for (PartitionReplica replica : lost) {
      TopicPartition partition = replica.partition();
      PartitionState state = context.state(partition);
      if (state != null && !context.isBeingDeleted(partition)) {
        affected.add(partition);
        if (!context.isOnline(state.leader(), partition)) {
          mark(List.of(partition), PartitionLifecycle.OFFLINE);
        }
      }
    }
    return mend(affected).thenAccept(done -> batch.send());
  }

  /** Tries to give a leader to each partition that has none. */
  CompletableFuture<Void> bringOnline() {
    return bringOnline(context.allPartitions());
  }

  /** The same for the partitions of one topic. */
  CompletableFuture<Void> bringOnline(Collection<TopicPartition> partitions) {
    List<TopicPartition> leaderless =
        partitions.stream()
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
    return elect(partitions, reason).thenAccept(failed -> {});
  }

  /** As {@link #toOnline}; gives those for which nobody could be chosen. */
  CompletableFuture<Set<TopicPartition>> elect(
      Collection<TopicPartition> partitions, ElectionReason reason) {
    List<TopicPartition> fresh = new ArrayList<>();
    List<TopicPartition> others = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      if (isLegal(partition, PartitionLifecycle.ONLINE)) {
        (context.lifecycle(partition) == PartitionLifecycle.NEW ? fresh : others).add(partition);
      }
    }
    return initialize(fresh)
        .thenCompose(done -> choose(others, reason))
        .thenApply(failed -> {
          batch.send();
          Set<TopicPartition> all = new LinkedHashSet<>(failed);
          fresh.stream()
              .filter(partition -> context.lifecycle(partition) == PartitionLifecycle.NEW)
              .forEach(all::add);
          return all;
        });
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
      log.warn(
          "no broker with a replica of {} is alive: no leader yet",
          PartitionNames.some(withoutReplica));
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
          log.info("{} had a state already: it is kept", PartitionNames.some(found.keySet()));
          found.forEach((partition, state) -> {
            context.putState(partition, state);
            context.putLifecycle(partition, PartitionLifecycle.OFFLINE);
          });
          return choose(found.keySet(), ElectionReason.OFFLINE).thenAccept(failed -> {});
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
        PartitionNames.some(partitions));
    return changes
        .applyToRead(partitions, election(ElectionReason.REPAIR, Set.of(), new HashSet<>()))
        .thenAccept(written -> {
          written.forEach(this::online);
          batch.send();
        });
  }

  private CompletableFuture<Set<TopicPartition>> choose(
      Collection<TopicPartition> partitions, ElectionReason reason) {
    if (partitions.isEmpty()) {
      return CompletableFuture.completedFuture(Set.of());
    }
    boolean mayBeUnclean = reason == ElectionReason.OFFLINE;
    return (mayBeUnclean
            ? unclean.allowedFor(partitions)
            : CompletableFuture.completedFuture(Set.<String>of()))
        .thenCompose(uncleanTopics -> {
          Set<TopicPartition> failed = new LinkedHashSet<>();
          StateChanges.Decision election = election(reason, uncleanTopics, failed);
          return changes
              .apply(partitions, election)
              .thenCompose(written -> {
                written.forEach(this::online);
                // Somebody may have mended the state by hand: no leader is given up unread.
                List<TopicPartition> again = List.copyOf(failed);
                return changes.applyToRead(again, election);
              })
              .thenApply(written -> {
                written.forEach(this::online);
                if (!failed.isEmpty()) {
                  log.warn(
                      "no replica of {} may lead (election: {})",
                      PartitionNames.some(failed),
                      reason);
                }
                return failed;
              });
        });
  }

  /** Leaders for those that have none, and ISRs without those that are not there. */
  private CompletableFuture<Void> mend(Collection<TopicPartition> partitions) {
    Map<TopicPartition, Integer> before = new HashMap<>();
    for (TopicPartition partition : partitions) {
      PartitionState state = context.state(partition);
      if (state != null) {
        before.put(partition, state.leader());
      }
    }
    return unclean
        .allowedFor(partitions)
        .thenCompose(uncleanTopics -> {
          Set<TopicPartition> failed = new LinkedHashSet<>();
          StateChanges.Decision election = election(ElectionReason.OFFLINE, uncleanTopics, failed);
          return changes
              .apply(
                  partitions,
                  (partition, state) -> {
                    PartitionState elected =
                        context.isOnline(state.leader(), partition)
                            ? null
                            : election.next(partition, state);
                    return elected != null ? elected : withoutOffline(partition, state);
                  })
              .thenAccept(written -> announce(written, before, failed));
        });
  }

  /**
   * New leaders first: with many partitions they need not wait until the brokers have taken notice
   * of all the smaller ISRs.
   */
  private void announce(
      Map<TopicPartition, PartitionState> written,
      Map<TopicPartition, Integer> leadersBefore,
      Set<TopicPartition> failed) {
    List<TopicPartition> smaller = new ArrayList<>();
    written.forEach((partition, state) -> {
      boolean isLed = context.isOnline(state.leader(), partition);
      if (isLed) {
        context.putLifecycle(partition, PartitionLifecycle.ONLINE);
      }
      if (isLed && state.leader() != leadersBefore.getOrDefault(partition, state.leader())) {
        tell(partition, false);
      } else {
        smaller.add(partition);
      }
    });
    if (written.size() > TOGETHER_MAX) {
      batch.send();
    }
    smaller.forEach(partition -> tell(partition, false));
    if (!written.isEmpty()) {
      log.info(
          "{} partitions have another leader, {} fewer in-sync replicas",
          written.size() - smaller.size(),
          smaller.size());
    }
    if (!failed.isEmpty()) {
      log.warn(
          "no in-sync replica of {} is left, so nobody leads until one comes back",
          PartitionNames.some(failed));
    }
  }

  /** Null if there is nothing to change. An ISR never gets empty: the last ones stay in it. */
  private @Nullable PartitionState withoutOffline(TopicPartition partition, PartitionState state) {
    List<Integer> there =
        state.isr().stream().filter(id -> context.isReachable(id, partition)).toList();
    List<Integer> isr = there.isEmpty() ? state.isr() : there;
    int leader =
        context.isReachable(state.leader(), partition) ? state.leader() : PartitionState.NO_LEADER;
    return leader == state.leader() && isr.equals(state.isr())
        ? null
        : state.withLeaderAndIsr(leader, isr);
  }

  /** {@code failed} holds those for which nobody could be chosen when asked last. */
  private StateChanges.Decision election(
      ElectionReason reason, Set<String> uncleanTopics, Set<TopicPartition> failed) {
    return (partition, state) -> {
      Optional<LeaderElections.Choice> choice = choice(partition, state, reason, uncleanTopics);
      if (choice.isEmpty()) {
        failed.add(partition);
        return null;
      }
      failed.remove(partition);
      int leader = choice.get().leader();
      PartitionState next = state.withLeaderAndIsr(leader, choice.get().isr());
      if (state.isr().contains(leader)) {
        return next;
      }
      log.warn(
          "{} gets leader {}, which is not in sync ({} are): records are lost that only those have",
          partition,
          leader,
          state.isr());
      return hasRecoveryStates ? next.recovering() : next;
    };
  }

  private Optional<LeaderElections.Choice> choice(
      TopicPartition partition,
      PartitionState state,
      ElectionReason reason,
      Set<String> uncleanTopics) {
    List<Integer> replicas = context.replicas(partition);
    IntPredicate isOnline = id -> context.isOnline(id, partition);
    return switch (reason) {
      case OFFLINE ->
          LeaderElections.offline(
              replicas, state, isOnline, uncleanTopics.contains(partition.topic()));
      case UNCLEAN -> LeaderElections.offline(replicas, state, isOnline, true);
      case REPAIR ->
          isOnline.test(state.leader())
              ? Optional.of(new LeaderElections.Choice(state.leader(), state.isr()))
              : LeaderElections.offline(replicas, state, isOnline, false);
      case PREFERRED -> LeaderElections.preferred(replicas, state, isOnline);
      case CONTROLLED_SHUTDOWN ->
          LeaderElections.controlledShutdown(
              replicas, state, id -> context.broker(id) != null, context.shuttingDown()::contains);
    };
  }

  private void online(TopicPartition partition, PartitionState state) {
    online(partition, state, false);
  }

  private void online(TopicPartition partition, PartitionState state, boolean isNew) {
    context.putState(partition, state);
    context.putLifecycle(partition, PartitionLifecycle.ONLINE);
    tell(partition, isNew);
  }

  /** Brokers that can keep the partition hear of its state. */
  private void tell(TopicPartition partition, boolean isNew) {
    batch.leaderAndIsr(
        context.replicas(partition).stream()
            .filter(id -> context.isReachable(id, partition))
            .toList(),
        partition,
        isNew);
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
}
