package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves partitions to other replicas, in the phases of KIP-455, many partitions at once:
 *
 * <pre>
 *   begin     replicas that a former target wanted, and this one does not: stopped and deleted
 *             topic znode: replicas = target + those to go, adding_replicas, removing_replicas
 *   announce  leader epoch + 1, LeaderAndIsr to all, the added replicas start
 *   (wait)    until all target replicas are in the ISR
 *   settle    a leader among the target, leader epoch + 1
 *   remove    the other replicas leave the ISR (leader epoch + 1 each), are stopped and deleted
 *   finish    topic znode: replicas = target; the entry in the admin znode goes
 * </pre>
 *
 * Each phase can be begun again by the next controller: what is written says how far it came.
 * Belongs to the controller's thread.
 */
final class PartitionReassignments {
  private static final Logger log = LoggerFactory.getLogger(PartitionReassignments.class);

  /** More at once are told of in one line. */
  private static final int NAMED_MAX = 20;

  private final ControllerContext context;
  private final ControllerStore store;
  private final ControlRequestBatch batch;
  private final PartitionStateMachine partitions;
  private final ReplicaStateMachine replicas;
  private final TopicAssignments assignments;
  private final ReassignmentNode node;
  private final ReassignmentLeaders leaders;

  private final SortedSet<TopicPartition> running = new TreeSet<>();

  /** Which registrations (broker epochs) of target brokers were told to take part. */
  private final Map<TopicPartition, Map<Integer, Long>> told = new HashMap<>();

  PartitionReassignments(
      ControllerContext context,
      ControllerStore store,
      ControlRequestBatch batch,
      PartitionStateMachine partitions,
      ReplicaStateMachine replicas,
      ReassignmentNode node) {
    this.context = context;
    this.store = store;
    this.batch = batch;
    this.partitions = partitions;
    this.replicas = replicas;
    this.node = node;
    this.assignments = new TopicAssignments(context, store);
    this.leaders = new ReassignmentLeaders(context, store, batch);
  }

  /** The partitions that are being moved. */
  SortedSet<TopicPartition> running() {
    return Collections.unmodifiableSortedSet(running);
  }

  boolean isRunning(TopicPartition partition) {
    return running.contains(partition);
  }

  private void forget(Set<TopicPartition> partitionsDone) {
    running.removeAll(partitionsDone);
    told.keySet().removeAll(partitionsDone);
  }

  /** Forgets everything; nothing is written. */
  void clear() {
    running.clear();
    told.clear();
  }

  // ---- begin

  /**
   * Moves partitions to new assignments, each made by {@link ReplicaAssignment#reassignTo} from the
   * one in the context. Complete when the brokers were told to begin.
   *
   * @return those that are left as they are, since only replicas that a former target added, and
   *     this one does not keep, are in sync: what is acknowledged would be lost with them
   */
  CompletableFuture<Set<TopicPartition>> begin(Map<TopicPartition, ReplicaAssignment> wanted) {
    Map<TopicPartition, List<Integer>> unneeded = new LinkedHashMap<>();
    wanted.forEach((partition, next) -> {
      List<Integer> ids = difference(context.replicas(partition), next.replicas());
      if (!ids.isEmpty()) {
        unneeded.put(partition, ids);
      }
    });
    return store
        .readStates(List.copyOf(unneeded.keySet()))
        .thenCompose(states -> {
          Set<TopicPartition> refused = new LinkedHashSet<>();
          states.forEach((partition, state) -> {
            if (unneeded.getOrDefault(partition, List.of()).containsAll(state.isr())) {
              refused.add(partition);
            }
          });
          Map<TopicPartition, ReplicaAssignment> accepted = new LinkedHashMap<>(wanted);
          accepted.keySet().removeAll(refused);
          unneeded.keySet().removeAll(refused);
          return begin(accepted, unneeded).thenApply(done -> refused);
        });
  }

  private CompletableFuture<Void> begin(
      Map<TopicPartition, ReplicaAssignment> wanted, Map<TopicPartition, List<Integer>> unneeded) {
    Map<TopicPartition, ReplicaAssignment> changed = new LinkedHashMap<>();
    wanted.forEach((partition, next) -> {
      if (!next.equals(context.assignment(partition))) {
        changed.put(partition, next);
      }
    });
    tellOfBeginning(wanted);
    // Stopped before the znode is written: should we end between, the next controller still knows
    // of them, by the former target.
    context.putAssignments(changed);
    return remove(unneeded)
        .thenCompose(done -> electWhereNoneLeads(unneeded.keySet()))
        .thenCompose(done -> assignments.write(changed))
        .thenCompose(done -> {
          running.addAll(wanted.keySet());
          told.keySet().removeAll(wanted.keySet());
          return advance(wanted.keySet());
        });
  }

  private void tellOfBeginning(Map<TopicPartition, ReplicaAssignment> wanted) {
    if (wanted.size() > NAMED_MAX) {
      log.info(
          "{} partitions move to other replicas: {}",
          wanted.size(),
          PartitionNames.some(wanted.keySet()));
      return;
    }
    wanted.forEach((partition, next) -> {
      ReplicaAssignment before = context.assignment(partition);
      log.info(
          "{} moves from {} to {}",
          partition,
          before == null ? next.origin() : before.replicas(),
          next.target());
    });
  }

  /** Elected: goes on with what former controllers began. */
  CompletableFuture<Void> resumeAll() {
    for (TopicPartition partition : context.allPartitions()) {
      ReplicaAssignment assignment = context.assignment(partition);
      if (assignment != null
          && assignment.isBeingReassigned()
          && !context.isBeingDeleted(partition)) {
        running.add(partition);
      }
    }
    if (!running.isEmpty()) {
      log.info("{} partitions are being moved: {}", running.size(), PartitionNames.some(running));
    }
    return removeStrays().thenCompose(done -> advance(List.copyOf(running)));
  }

  /** Brokers came or went: the target ones that are back are told again. */
  CompletableFuture<Void> brokersChanged() {
    return advance(List.copyOf(running));
  }

  /** Leaders or ISRs have changed; called with any partitions. */
  CompletableFuture<Void> statesChanged(Collection<TopicPartition> changed) {
    return advance(changed.stream().filter(this::isRunning).toList());
  }

  /**
   * Topics are being deleted, or gone: their replicas, old and new ones, go with them, and nothing
   * is to be waited for.
   */
  CompletableFuture<Void> topicsGone() {
    Set<TopicPartition> over = new LinkedHashSet<>();
    for (TopicPartition partition : running) {
      if (context.assignment(partition) == null || context.isBeingDeleted(partition)) {
        over.add(partition);
      }
    }
    if (over.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    log.info("{} are not moved any more, as their topics are deleted", PartitionNames.some(over));
    forget(over);
    return node.drop((partition, target) -> over.contains(partition));
  }

  // ---- wait

  /** Ends what has all target replicas in sync, and tells brokers of what is new to them. */
  private CompletableFuture<Void> advance(Collection<TopicPartition> candidates) {
    if (candidates.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return states(candidates)
        .thenCompose(states -> {
          Set<TopicPartition> complete = new LinkedHashSet<>();
          Set<TopicPartition> untold = new LinkedHashSet<>();
          states.forEach((partition, state) -> {
            ReplicaAssignment assignment = context.assignment(partition);
            if (assignment == null || !isRunning(partition)) {
              return;
            }
            context.putState(partition, state);
            if (!assignment.isBeingReassigned() || state.isr().containsAll(assignment.target())) {
              complete.add(partition);
            } else if (hasUntoldBroker(partition, assignment)) {
              untold.add(partition);
            }
          });
          return announce(untold).thenCompose(done -> finish(complete));
        });
  }

  /** Reads and watches states; partitions that never had a leader get one first. */
  private CompletableFuture<Map<TopicPartition, PartitionState>> states(
      Collection<TopicPartition> candidates) {
    List<TopicPartition> leaderless =
        candidates.stream()
            .filter(partition -> context.lifecycle(partition) == PartitionLifecycle.NEW)
            .toList();
    CompletableFuture<Void> ready =
        leaderless.isEmpty()
            ? CompletableFuture.completedFuture(null)
            : partitions.toOnline(leaderless, ElectionReason.OFFLINE);
    return ready.thenCompose(done -> store.readStates(List.copyOf(candidates), true));
  }

  private boolean hasUntoldBroker(TopicPartition partition, ReplicaAssignment assignment) {
    Map<Integer, Long> toldIn = told.get(partition);
    return toldIn == null || !toldIn.equals(registrations(assignment.target()));
  }

  /** The epochs of those of the brokers that are there. */
  private Map<Integer, Long> registrations(List<Integer> brokerIds) {
    Map<Integer, Long> epochs = new HashMap<>();
    for (int id : brokerIds) {
      LiveBroker broker = context.broker(id);
      if (broker != null) {
        epochs.put(id, broker.epoch());
      }
    }
    return epochs;
  }

  // ---- announce

  private CompletableFuture<Void> announce(Set<TopicPartition> untold) {
    if (untold.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return leaders
        .raiseEpochs(untold)
        .thenAccept(raised -> {
          List<PartitionReplica> added = new ArrayList<>();
          for (TopicPartition partition : raised) {
            ReplicaAssignment assignment = context.assignment(partition);
            if (assignment != null) {
              batch.leaderAndIsr(assignment.origin(), partition, false);
              // A new replica may be put into a directory that works though another one is offline.
              batch.leaderAndIsr(assignment.adding(), partition, true);
              assignment.adding().stream()
                  .map(id -> new PartitionReplica(partition, id))
                  .filter(replica -> context.lifecycle(replica) == ReplicaLifecycle.NON_EXISTENT)
                  .forEach(added::add);
              told.put(partition, registrations(assignment.target()));
            }
          }
          replicas.toNew(added);
          batch.send();
        });
  }

  // ---- settle, remove, finish

  private CompletableFuture<Void> finish(Set<TopicPartition> complete) {
    if (complete.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    Map<TopicPartition, ReplicaAssignment> before = new LinkedHashMap<>();
    Map<TopicPartition, ReplicaAssignment> after = new LinkedHashMap<>();
    List<PartitionReplica> added = new ArrayList<>();
    for (TopicPartition partition : complete) {
      ReplicaAssignment assignment = context.assignment(partition);
      if (assignment != null) {
        before.put(partition, assignment);
        after.put(partition, assignment.finished());
        assignment.adding().forEach(id -> added.add(new PartitionReplica(partition, id)));
      }
    }
    replicas.toOnline(
        added.stream()
            .filter(replica -> context.lifecycle(replica) == ReplicaLifecycle.NEW)
            .filter(replica -> context.isOnline(replica.brokerId(), replica.partition()))
            .toList());
    context.putAssignments(after);
    return leaders
        .settle(before)
        .thenCompose(settled -> {
          Map<TopicPartition, ReplicaAssignment> unsettled = new LinkedHashMap<>(before);
          unsettled.keySet().removeAll(settled);
          context.putAssignments(unsettled); // a target replica dropped out of the ISR: wait on
          after.keySet().retainAll(settled);
          return end(before, after);
        });
  }

  private CompletableFuture<Void> end(
      Map<TopicPartition, ReplicaAssignment> before, Map<TopicPartition, ReplicaAssignment> after) {
    if (after.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    Map<TopicPartition, List<Integer>> removed = new LinkedHashMap<>();
    after
        .keySet()
        .forEach(partition ->
            removed.put(
                partition,
                before.getOrDefault(partition, ReplicaAssignment.of(List.of())).removing()));
    return remove(removed)
        .thenCompose(done -> assignments.write(after))
        .thenCompose(done -> {
          forget(after.keySet());
          return node.drop((partition, target) -> {
            ReplicaAssignment now = after.get(partition);
            return now != null && now.replicas().equals(target);
          });
        })
        .thenRun(() -> {
          batch.updateMetadata(after.keySet());
          batch.send();
          if (after.size() > NAMED_MAX) {
            log.info(
                "{} partitions have moved: {}", after.size(), PartitionNames.some(after.keySet()));
          } else {
            after.forEach((partition, assignment) ->
                log.info("{} has moved to {}", partition, assignment.replicas()));
          }
        });
  }

  /** Replicas leave the ISR, are stopped, and deleted; nobody waits for the files to be gone. */
  private CompletableFuture<Void> remove(Map<TopicPartition, List<Integer>> removed) {
    List<PartitionReplica> gone = new ArrayList<>();
    removed.forEach(
        (partition, ids) -> ids.forEach(id -> gone.add(new PartitionReplica(partition, id))));
    List<PartitionReplica> known =
        gone.stream()
            .filter(replica -> context.lifecycle(replica) != ReplicaLifecycle.NON_EXISTENT)
            .toList();
    if (known.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return replicas
        .toOffline(known)
        .thenRun(() -> {
          List<PartitionReplica> spare = known.stream().filter(this::isSpare).toList();
          replicas.toDeletionStarted(spare);
          replicas.toDeletionSuccessful(spare);
          replicas.toNonExistent(spare);
        });
  }

  private boolean isSpare(PartitionReplica replica) {
    PartitionState state = context.state(replica.partition());
    if (state == null || !state.isr().contains(replica.brokerId())) {
      return true;
    }
    log.error("{} is the last one in sync, ISR {}: it is not deleted", replica, state.isr());
    return false;
  }

  /**
   * Kafka's controller, when it ends between writing a new target and stopping what the former one
   * wanted, leaves replicas in the ISR that are not assigned: they are removed now.
   */
  private CompletableFuture<Void> removeStrays() {
    Map<TopicPartition, List<Integer>> strays = new LinkedHashMap<>();
    for (TopicPartition partition : context.allPartitions()) {
      PartitionState state = context.state(partition);
      List<Integer> assigned = context.replicas(partition);
      if (state == null || assigned.containsAll(state.isr()) || context.isBeingDeleted(partition)) {
        continue;
      }
      List<Integer> unassigned = difference(state.isr(), assigned);
      if (unassigned.size() == state.isr().size()) {
        log.error(
            "{} is in sync on {} only, but assigned to {}: nothing is removed",
            partition,
            state.isr(),
            assigned);
      } else {
        strays.put(partition, unassigned);
      }
    }
    if (strays.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    log.info("replicas that are not assigned any more are removed: {}", strays);
    strays.forEach((partition, ids) ->
        ids.forEach(id ->
            context.putLifecycle(new PartitionReplica(partition, id), ReplicaLifecycle.ONLINE)));
    return remove(strays).thenCompose(done -> electWhereNoneLeads(strays.keySet()));
  }

  /** Those whose leader was one of the removed replicas get another one. */
  private CompletableFuture<Void> electWhereNoneLeads(Set<TopicPartition> candidates) {
    List<TopicPartition> leaderless = new ArrayList<>();
    for (TopicPartition partition : candidates) {
      PartitionState state = context.state(partition);
      if (state != null && !state.hasLeader()) {
        leaderless.add(partition);
      }
    }
    partitions.toOffline(leaderless);
    return partitions.toOnline(leaderless, ElectionReason.OFFLINE);
  }

  private static List<Integer> difference(List<Integer> ids, List<Integer> excluded) {
    return ids.stream().filter(id -> !excluded.contains(id)).toList();
  }
}
