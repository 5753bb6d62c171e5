package org.odradek.controller;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.odradek.controller.topic.TopicException;
import org.odradek.controller.znode.PartitionState;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker asks to go: what it leads moves to other in-sync replicas first, and its followers stop.
 * Partitions with a single replica stay where they are. Belongs to the controller's thread.
 */
final class ControlledShutdown {
  private static final Logger log = LoggerFactory.getLogger(ControlledShutdown.class);

  private final ControllerContext context;
  private final ControlRequestBatch batch;
  private final PartitionStateMachine partitions;
  private final ReplicaStateMachine replicas;

  ControlledShutdown(
      ControllerContext context,
      ControlRequestBatch batch,
      PartitionStateMachine partitions,
      ReplicaStateMachine replicas) {
    this.context = context;
    this.batch = batch;
    this.partitions = partitions;
    this.replicas = replicas;
  }

  /** Gives the partitions that the broker still leads though others have replicas of them. */
  CompletableFuture<Set<TopicPartition>> run(int brokerId, long brokerEpoch) {
    LiveBroker broker = context.broker(brokerId);
    if (broker == null) {
      throw new TopicException(
          ErrorCode.BROKER_NOT_AVAILABLE, "Broker id " + brokerId + " does not exist.");
    }
    if (brokerEpoch >= 0 && brokerEpoch < broker.epoch()) {
      throw new TopicException(
          ErrorCode.STALE_BROKER_EPOCH,
          "broker %d has epoch %d, the request names %d"
              .formatted(brokerId, broker.epoch(), brokerEpoch));
    }
    log.info("broker {} is shutting down", brokerId);
    context.shuttingDown().add(brokerId);
    List<TopicPartition> led = new ArrayList<>();
    List<PartitionReplica> following = new ArrayList<>();
    for (PartitionReplica replica : context.replicasOn(brokerId)) {
      PartitionState state = context.state(replica.partition());
      boolean isShared = context.replicas(replica.partition()).size() > 1;
      if (state != null && isShared && !context.isBeingDeleted(replica.partition())) {
        if (state.leader() == brokerId) {
          led.add(replica.partition());
        } else {
          following.add(replica);
        }
      }
    }
    return partitions
        .toOnline(led, ElectionReason.CONTROLLED_SHUTDOWN)
        .thenCompose(done -> {
          following.forEach(replica -> batch.stopReplica(replica, false));
          batch.send();
          return replicas.toOffline(following);
        })
        .thenApply(done -> stillLed(brokerId, led));
  }

  private Set<TopicPartition> stillLed(int brokerId, List<TopicPartition> before) {
    Set<TopicPartition> remaining = new LinkedHashSet<>();
    for (TopicPartition partition : before) {
      PartitionState state = context.state(partition);
      if (state != null && state.leader() == brokerId) {
        remaining.add(partition);
      }
    }
    return remaining;
  }
}
