package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.PreferredElectionCodec;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elections that are asked for though nothing happened: by ElectLeaders, by a tool that writes
 * {@code /admin/preferred_replica_election}, and by ourselves from time to time, when a broker
 * leads less of what it should ({@code auto.leader.rebalance.enable}). Belongs to the controller's
 * thread.
 */
final class RequestedElections {
  private static final Logger log = LoggerFactory.getLogger(RequestedElections.class);

  /** The first check comes early: a controller that has just been elected may find much to do. */
  private static final long FIRST_CHECK_MS = 5_000;

  private final ControllerContext context;
  private final ControllerStore store;
  private final ElectionSettings settings;
  private final PartitionStateMachine partitions;
  private final ControllerScheduler thread;
  private final Consumer<ControllerEvent> events;

  RequestedElections(
      ControllerContext context,
      ControllerStore store,
      ControllerConfig config,
      PartitionStateMachine partitions,
      ControllerScheduler thread,
      Consumer<ControllerEvent> events) {
    this.context = context;
    this.store = store;
    this.settings = config.elections();
    this.partitions = partitions;
    this.thread = thread;
    this.events = events;
  }

  /** After an election of the controller: what tools ask for, and the first check of balance. */
  CompletableFuture<Void> startup() {
    scheduleCheck(Math.min(FIRST_CHECK_MS, settings.imbalanceCheckIntervalMs()));
    return tool();
  }

  // ---- by request

  /** {@code wanted}: null for all partitions of topics that are not being deleted. */
  CompletableFuture<Map<TopicPartition, LeaderElection>> elect(
      LeaderElection.Type type, @Nullable Collection<TopicPartition> wanted) {
    Map<TopicPartition, LeaderElection> results = new LinkedHashMap<>();
    List<TopicPartition> electable = new ArrayList<>();
    Collection<TopicPartition> asked =
        wanted != null
            ? new LinkedHashSet<>(wanted)
            : context.allPartitions().stream()
                .filter(partition -> !context.isBeingDeleted(partition))
                .toList();
    for (TopicPartition partition : asked) {
      LeaderElection refusal = refusal(type, partition);
      if (refusal == null) {
        electable.add(partition);
      } else {
        results.put(partition, refusal);
      }
    }
    ElectionReason reason =
        switch (type) {
          case PREFERRED -> ElectionReason.PREFERRED;
          case UNCLEAN -> ElectionReason.UNCLEAN;
        };
    return partitions
        .elect(electable, reason)
        .thenApply(failed -> {
          for (TopicPartition partition : electable) {
            PartitionState state = context.state(partition);
            results.put(
                partition,
                state == null || failed.contains(partition)
                    ? notElected(type, partition)
                    : LeaderElection.of(state.leader()));
          }
          return results;
        });
  }

  private @Nullable LeaderElection refusal(LeaderElection.Type type, TopicPartition partition) {
    List<Integer> replicas = context.replicas(partition);
    if (replicas.isEmpty()) {
      return LeaderElection.failed(
          ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The partition does not exist.");
    }
    if (context.isBeingDeleted(partition)) {
      return LeaderElection.failed(ErrorCode.INVALID_TOPIC_EXCEPTION, "The topic is being deleted");
    }
    PartitionState state = context.state(partition);
    int leader = state == null ? PartitionState.NO_LEADER : state.leader();
    boolean isFine =
        switch (type) {
          case PREFERRED -> leader == replicas.getFirst();
          case UNCLEAN -> leader != PartitionState.NO_LEADER && context.isAlive(leader);
        };
    return isFine ? LeaderElection.failed(ErrorCode.ELECTION_NOT_NEEDED, null) : null;
  }

  private LeaderElection notElected(LeaderElection.Type type, TopicPartition partition) {
    PartitionState state = context.state(partition);
    List<Integer> isr = state == null ? List.of() : state.isr();
    List<Integer> replicas = context.replicas(partition);
    return switch (type) {
      case PREFERRED ->
          LeaderElection.failed(
              ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
              "The preferred leader %d of %s is not alive or not in sync (in-sync replicas: %s)."
                  .formatted(replicas.getFirst(), partition, isr));
      case UNCLEAN ->
          LeaderElection.failed(
              ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE,
              "None of the replicas %s of %s is alive.".formatted(replicas, partition));
    };
  }

  // ---- by a tool

  /** Follows {@code /admin/preferred_replica_election} if it is there, and removes it. */
  CompletableFuture<Void> tool() {
    return store
        .exists(ZnodePaths.PREFERRED_REPLICA_ELECTION, true) // watches also when there is none
        .thenCompose(stat ->
            stat.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : store
                    .read(ZnodePaths.PREFERRED_REPLICA_ELECTION, false)
                    .thenCompose(znode ->
                        znode.isEmpty()
                            ? CompletableFuture.completedFuture(null)
                            : follow(znode.get())));
  }

  private CompletableFuture<Void> follow(Znode znode) {
    List<TopicPartition> wanted;
    try {
      wanted = PreferredElectionCodec.decode(znode.data());
    } catch (ZnodeFormatException e) {
      log.error(
          "no preferred leader is elected, as the request cannot be understood: {}; it is removed,"
              + " write it again with kafka-leader-election or kafka-preferred-replica-election",
          e.getMessage());
      wanted = List.of();
    }
    if (!wanted.isEmpty()) {
      log.info("preferred leaders are to be elected for {}", PartitionNames.some(wanted));
    }
    return elect(LeaderElection.Type.PREFERRED, wanted)
        .thenCompose(results -> {
          results.forEach((partition, result) -> {
            if (result.error() == ErrorCode.NONE) {
              log.info("{} is led by its first replica {} now", partition, result.leader());
            } else if (result.error() != ErrorCode.ELECTION_NOT_NEEDED) {
              log.warn("{} did not get its first replica as leader: {}", partition, result.error());
            }
          });
          return store.deleteAll(List.of(ZnodePaths.PREFERRED_REPLICA_ELECTION));
        })
        .thenCompose(done -> tool()); // sets the watch again
  }

  // ---- by ourselves

  private void scheduleCheck(long delayMs) {
    if (settings.isAutoRebalanceEnabled()) {
      int epoch = context.epoch();
      thread.schedule(() -> events.accept(new ControllerEvent.LeaderBalanceDue(epoch)), delayMs);
    }
  }

  /** Gives leadership back to brokers that lead too little of what they should. */
  CompletableFuture<Void> rebalance(int controllerEpoch) {
    if (controllerEpoch != context.epoch()) {
      return CompletableFuture.completedFuture(null); // of an earlier term
    }
    scheduleCheck(settings.imbalanceCheckIntervalMs());
    Map<Integer, Integer> assigned = new HashMap<>();
    Map<Integer, List<TopicPartition>> ledByOthers = new HashMap<>();
    for (TopicPartition partition : context.allPartitions()) {
      List<Integer> replicas = context.replicas(partition);
      PartitionState state = context.state(partition);
      if (!replicas.isEmpty() && !context.isBeingDeleted(partition)) {
        int preferred = replicas.getFirst();
        assigned.merge(preferred, 1, Integer::sum);
        if (state != null && state.leader() != preferred) {
          ledByOthers.computeIfAbsent(preferred, id -> new ArrayList<>()).add(partition);
        }
      }
    }
    Set<TopicPartition> moving = new LinkedHashSet<>();
    ledByOthers.forEach((brokerId, there) -> {
      double percentage = 100.0 * there.size() / assigned.getOrDefault(brokerId, there.size());
      if (percentage > settings.imbalancePerBrokerPercentage()) {
        List<TopicPartition> able = there.stream().filter(this::canGoBack).toList();
        if (!able.isEmpty()) {
          log.info(
              "broker {} does not lead {} of the {} partitions it comes first in: {} go back to it",
              brokerId,
              there.size(),
              assigned.get(brokerId),
              able.size());
        }
        moving.addAll(able);
      }
    });
    return moving.isEmpty()
        ? CompletableFuture.completedFuture(null)
        : elect(LeaderElection.Type.PREFERRED, moving).thenAccept(done -> {});
  }

  private boolean canGoBack(TopicPartition partition) {
    PartitionState state = context.state(partition);
    ReplicaAssignment assignment = context.assignment(partition);
    return state != null
        && assignment != null
        && !assignment.isBeingReassigned()
        && LeaderElections.preferred(
                assignment.replicas(), state, id -> context.isOnline(id, partition))
            .isPresent();
  }
}
