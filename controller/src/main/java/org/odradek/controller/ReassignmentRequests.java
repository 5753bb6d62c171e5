package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who want partitions moved: AlterPartitionReassignments, and the tools that write {@code
 * /admin/reassign_partitions}. Whatever comes last counts. Belongs to the controller's thread.
 */
final class ReassignmentRequests {
  private static final Logger log = LoggerFactory.getLogger(ReassignmentRequests.class);

  private final ControllerContext context;
  private final PartitionReassignments reassignments;
  private final ReassignmentNode node;
  private final TopicAssignments assignments;

  ReassignmentRequests(
      ControllerContext context,
      PartitionReassignments reassignments,
      ReassignmentNode node,
      TopicAssignments assignments) {
    this.context = context;
    this.reassignments = reassignments;
    this.node = node;
    this.assignments = assignments;
  }

  // ---- by request

  /**
   * Begins or cancels moves.
   *
   * @param targets the new replicas of each partition; empty cancels
   * @param mayChangeFactor whether a partition may get another number of replicas
   */
  CompletableFuture<Map<TopicPartition, ReassignmentOutcome>> alter(
      Map<TopicPartition, Optional<List<Integer>>> targets, boolean mayChangeFactor) {
    Map<TopicPartition, ReassignmentOutcome> outcomes = new LinkedHashMap<>();
    Map<TopicPartition, ReplicaAssignment> wanted = new LinkedHashMap<>();
    targets.forEach((partition, target) -> {
      ReassignmentOutcome problem =
          target.isPresent()
              ? problem(partition, target.get(), mayChangeFactor)
              : cancelProblem(partition);
      ReplicaAssignment now = context.assignment(partition);
      if (problem == null && now != null) {
        outcomes.put(partition, ReassignmentOutcome.BEGUN);
        wanted.put(partition, now.reassignTo(target.orElse(now.origin())));
      } else {
        outcomes.put(partition, problem == null ? unknown() : problem);
      }
    });
    outcomes.putAll(takeOutTooLarge(wanted));
    if (wanted.isEmpty()) {
      return CompletableFuture.completedFuture(outcomes);
    }
    return reassignments
        .begin(wanted)
        .thenCompose(refused -> {
          refused.forEach(partition -> outcomes.put(partition, wouldLose(partition)));
          return node.drop((partition, target) ->
                  wanted.containsKey(partition) && !refused.contains(partition))
              .thenApply(done -> outcomes);
        });
  }

  /** The partitions that are being moved, in their order. */
  List<RunningReassignment> running() {
    List<RunningReassignment> running = new ArrayList<>();
    for (TopicPartition partition : reassignments.running()) {
      ReplicaAssignment assignment = context.assignment(partition);
      PartitionState state = context.state(partition);
      if (assignment != null && assignment.isBeingReassigned()) {
        running.add(
            new RunningReassignment(
                partition, assignment, state == null ? PartitionState.NO_LEADER : state.leader()));
      }
    }
    return running;
  }

  // ---- by the admin znode

  /** Reads the node, begins what is new in it, and takes out what is done or refused. */
  CompletableFuture<Void> nodeChanged() {
    return node.read().thenCompose(this::follow);
  }

  private CompletableFuture<Void> follow(Map<TopicPartition, List<Integer>> targets) {
    Map<TopicPartition, ReplicaAssignment> wanted = new LinkedHashMap<>();
    Map<TopicPartition, ReassignmentOutcome> refused = new LinkedHashMap<>();
    Set<TopicPartition> done = new LinkedHashSet<>();
    targets.forEach((partition, target) -> {
      ReplicaAssignment now = context.assignment(partition);
      if (now != null && now.target().equals(target) && !context.isBeingDeleted(partition)) {
        if (!reassignments.isRunning(partition)) {
          done.add(partition); // a former controller got so far
        }
        return;
      }
      ReassignmentOutcome problem = problem(partition, target, true);
      if (problem == null && now != null) {
        wanted.put(partition, now.reassignTo(target));
      } else {
        refused.put(partition, problem == null ? unknown() : problem);
      }
    });
    refused.putAll(takeOutTooLarge(wanted));
    CompletableFuture<Set<TopicPartition>> begun =
        wanted.isEmpty()
            ? CompletableFuture.completedFuture(Set.of())
            : reassignments.begin(wanted);
    return begun.thenCompose(lossy -> {
      lossy.forEach(partition -> refused.put(partition, wouldLose(partition)));
      refused.forEach((partition, problem) ->
          log.warn(
              "{} is not moved to {} as {} asks for ({}): correct that and execute it again",
              partition,
              targets.get(partition),
              ZnodePaths.REASSIGN_PARTITIONS,
              problem.message()));
      done.addAll(refused.keySet());
      return done.isEmpty() && !targets.isEmpty()
          ? CompletableFuture.completedFuture(null)
          : node.drop((partition, target) ->
              done.contains(partition) && target.equals(targets.get(partition)));
    });
  }

  // ---- what can be wrong

  private @Nullable ReassignmentOutcome cancelProblem(TopicPartition partition) {
    ReplicaAssignment now = context.assignment(partition);
    if (now != null && now.isBeingReassigned() && !context.isBeingDeleted(partition)) {
      return null;
    }
    return new ReassignmentOutcome(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, null);
  }

  private @Nullable ReassignmentOutcome problem(
      TopicPartition partition, List<Integer> target, boolean mayChangeFactor) {
    if (target.isEmpty()) {
      return invalid("Empty replica list specified in partition reassignment.");
    }
    if (new HashSet<>(target).size() != target.size()) {
      return invalid(
          "Duplicate replica ids in partition reassignment replica list: " + join(target));
    }
    if (target.stream().anyMatch(id -> id < 0)) {
      return invalid("Invalid broker id in replica list: " + join(target));
    }
    ReplicaAssignment now = context.assignment(partition);
    if (now == null || context.isBeingDeleted(partition)) {
      return unknown();
    }
    List<Integer> dead = new ArrayList<>(now.reassignTo(target).adding());
    dead.removeIf(context::isAlive);
    if (!dead.isEmpty()) {
      Set<Integer> live = new TreeSet<>(context.brokerIds());
      live.removeAll(context.shuttingDown());
      return invalid(
          "Replica assignment has brokers that are not alive. Replica list: %s, live broker list: %s"
              .formatted(join(dead), join(live)));
    }
    int factor = now.target().size();
    if (!mayChangeFactor && factor != target.size()) {
      return new ReassignmentOutcome(
          ErrorCode.INVALID_REPLICATION_FACTOR,
          "The replication factor is changed from %d to %d".formatted(factor, target.size()));
    }
    return null;
  }

  /** Nothing is begun that could not be written: a topic's assignments are in one znode. */
  private Map<TopicPartition, ReassignmentOutcome> takeOutTooLarge(
      Map<TopicPartition, ReplicaAssignment> wanted) {
    Map<TopicPartition, ReassignmentOutcome> refused = new LinkedHashMap<>();
    Set<String> tooLarge = assignments.tooLarge(wanted);
    for (TopicPartition partition : wanted.keySet()) {
      if (tooLarge.contains(partition.topic())) {
        refused.put(
            partition,
            invalid(
                ("With so many partitions of %s on the move its znode would be larger than"
                        + " ZooKeeper takes (jute.maxbuffer): move fewer at a time.")
                    .formatted(partition.topic())));
      }
    }
    wanted.keySet().removeAll(refused.keySet());
    return refused;
  }

  private static ReassignmentOutcome unknown() {
    return new ReassignmentOutcome(
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The partition does not exist.");
  }

  private static ReassignmentOutcome wouldLose(TopicPartition partition) {
    return invalid(
        ("Only replicas that %s would not keep are in sync: records would be lost with them. Wait"
                + " until another replica has caught up.")
            .formatted(partition));
  }

  private static ReassignmentOutcome invalid(String message) {
    return new ReassignmentOutcome(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message);
  }

  private static String join(Collection<Integer> ids) {
    return String.join(",", ids.stream().map(String::valueOf).toList());
  }
}
