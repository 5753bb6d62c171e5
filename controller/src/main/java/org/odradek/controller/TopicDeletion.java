package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.StopReplicaResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes topics that are marked in {@code /admin/delete_topics}: all brokers forget them, those
 * with replicas stop and delete these, and once all have answered the znodes go. As long as a
 * broker with a replica is down, a deletion waits. A reassignment of the topic ends with it: old
 * and new replicas are deleted alike. Belongs to the controller's thread.
 */
final class TopicDeletion {
  private static final Logger log = LoggerFactory.getLogger(TopicDeletion.class);

  private final ControllerContext context;
  private final ControllerStore store;
  private final ControllerConfig config;
  private final ControlRequestBatch batch;
  private final PartitionStateMachine partitions;
  private final ReplicaStateMachine replicas;

  TopicDeletion(
      ControllerContext context,
      ControllerStore store,
      ControllerConfig config,
      ControlRequestBatch batch,
      PartitionStateMachine partitions,
      ReplicaStateMachine replicas) {
    this.context = context;
    this.store = store;
    this.config = config;
    this.batch = batch;
    this.partitions = partitions;
    this.replicas = replicas;
  }

  /** Reads the marks, and sets the watch for the next ones; then {@link #resume} is due. */
  CompletableFuture<Void> readMarks() {
    return store
        .watchDirectory(ZnodePaths.DELETE_TOPICS)
        .thenCompose(marked -> {
          if (!config.deleteTopicEnable()) {
            if (!marked.isEmpty()) {
              log.info(
                  "delete.topic.enable=false: the marks for deletion of {} are removed", marked);
            }
            return removeMarks(marked);
          }
          List<String> unknown =
              marked.stream().filter(topic -> !context.topics().containsKey(topic)).toList();
          if (!unknown.isEmpty()) {
            log.warn("marks for deletion of unknown topics are removed: {}", unknown);
          }
          enqueue(marked);
          return removeMarks(unknown);
        });
  }

  private void enqueue(Collection<String> marked) {
    for (String topic : marked) {
      if (context.topics().containsKey(topic) && context.deletions().add(topic)) {
        log.info("topic {} is to be deleted", topic);
      }
    }
  }

  private CompletableFuture<Void> removeMarks(Collection<String> topics) {
    return store.deleteAll(topics.stream().map(ZnodePaths::deleteTopic).toList());
  }

  /** Goes on with each deletion as far as the brokers allow. */
  CompletableFuture<Void> resume() {
    CompletableFuture<Void> resumed = CompletableFuture.completedFuture(null);
    for (String topic : List.copyOf(context.deletions())) {
      resumed = resumed.thenCompose(done -> resume(topic));
    }
    return resumed;
  }

  private CompletableFuture<Void> resume(String topic) {
    List<PartitionReplica> all = context.replicasOf(context.partitionsOf(topic));
    if (all.stream().allMatch(this::isDeleted)) {
      return complete(topic);
    }
    boolean isUnderWay =
        all.stream()
            .anyMatch(replica -> context.lifecycle(replica) == ReplicaLifecycle.DELETION_STARTED);
    if (isUnderWay || context.ineligibleDeletions().contains(topic)) {
      return CompletableFuture.completedFuture(null);
    }
    return start(topic, all);
  }

  private boolean isDeleted(PartitionReplica replica) {
    ReplicaLifecycle lifecycle = context.lifecycle(replica);
    return lifecycle == ReplicaLifecycle.DELETION_SUCCESSFUL
        || lifecycle == ReplicaLifecycle.NON_EXISTENT;
  }

  private CompletableFuture<Void> start(String topic, List<PartitionReplica> all) {
    List<TopicPartition> topicPartitions = context.partitionsOf(topic);
    if (context.startedDeletions().add(topic)) {
      partitions.toOffline(topicPartitions);
      partitions.toNonExistent(topicPartitions);
    }
    batch.updateMetadata(topicPartitions); // with the leader that stands for deletion
    batch.send();
    List<PartitionReplica> alive = new ArrayList<>();
    List<PartitionReplica> dead = new ArrayList<>();
    for (PartitionReplica replica : all) {
      if (!isDeleted(replica)) {
        (context.isOnline(replica.brokerId(), replica.partition()) ? alive : dead).add(replica);
      }
    }
    replicas.toDeletionIneligible(
        dead.stream()
            .filter(replica -> context.lifecycle(replica) == ReplicaLifecycle.OFFLINE)
            .toList());
    if (!dead.isEmpty()) {
      context.ineligibleDeletions().add(topic);
      log.info("the deletion of topic {} waits for {}", topic, dead);
    }
    return replicas.toOffline(alive).thenAccept(done -> replicas.toDeletionStarted(alive));
  }

  /**
   * All replicas are deleted, now the znodes go. Topic, configuration and mark go in one
   * transaction: as long as the topic is there nobody can make another of its name, and afterwards
   * nothing is left that a new one could inherit.
   */
  private CompletableFuture<Void> complete(String topic) {
    replicas.toNonExistent(context.replicasIn(topic, ReplicaLifecycle.DELETION_SUCCESSFUL));
    return store
        .deleteTree(ZnodePaths.partitions(topic))
        .thenCompose(done ->
            store.deleteTogether(
                List.of(
                    ZnodePaths.config(ConfigEntity.topic(topic)),
                    ZnodePaths.topic(topic),
                    ZnodePaths.deleteTopic(topic))))
        .thenAccept(done -> {
          context.removeTopic(topic);
          log.info("topic {} is deleted", topic);
        });
  }

  /** A broker's answer to StopReplica with deletion. */
  CompletableFuture<Void> answered(
      int brokerId, Set<TopicPartition> asked, StopReplicaResponse response) {
    Set<TopicPartition> failed = new HashSet<>();
    if (response.errorCode() != ErrorCode.NONE.code()) {
      failed.addAll(asked);
    }
    for (StopReplicaResponse.StopReplicaPartitionError error : response.partitionErrors()) {
      if (error.errorCode() != ErrorCode.NONE.code()) {
        failed.add(new TopicPartition(error.topicName(), error.partitionIndex()));
      }
    }
    List<PartitionReplica> deleted = new ArrayList<>();
    List<PartitionReplica> kept = new ArrayList<>();
    for (TopicPartition partition : asked) {
      PartitionReplica replica = new PartitionReplica(partition, brokerId);
      if (context.lifecycle(replica) == ReplicaLifecycle.DELETION_STARTED) {
        (failed.contains(partition) ? kept : deleted).add(replica);
      }
    }
    replicas.toDeletionSuccessful(deleted);
    failed(kept);
    return resume();
  }

  /** Replicas that cannot be deleted now: their topics wait until the broker comes back. */
  void failed(Collection<PartitionReplica> undeleted) {
    for (PartitionReplica replica : undeleted) {
      log.warn("{} could not be deleted: it is tried again when its broker is back", replica);
      context.ineligibleDeletions().add(replica.partition().topic());
    }
    replicas.toDeletionIneligible(undeleted);
  }

  /** Brokers came back: what waited for them is tried again. */
  CompletableFuture<Void> brokersCame(Collection<Integer> brokerIds) {
    for (String topic : context.deletions()) {
      boolean hasReplicaThere =
          context.replicasOf(context.partitionsOf(topic)).stream()
              .anyMatch(replica -> brokerIds.contains(replica.brokerId()));
      if (hasReplicaThere) {
        context.ineligibleDeletions().remove(topic);
      }
    }
    return resume();
  }
}
