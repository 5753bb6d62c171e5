package org.odradek.broker.partition;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrPartitionState;
import org.odradek.storage.LogException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts into effect what the controller decides about the replicas of this broker: who leads them,
 * and which of them end.
 *
 * <p>Thread-safety: changes exclude each other; they may wait for the disk, and come in on workers.
 */
public final class ReplicaRoles {
  /** Sent instead of a leader epoch by controllers that know none; always obeyed. */
  static final int NO_LEADER_EPOCH = -1;

  /** Sent instead of a leader epoch when the topic is deleted; always obeyed. */
  static final int EPOCH_DURING_DELETE = -2;

  private static final Logger logger = LoggerFactory.getLogger(ReplicaRoles.class);

  private final Partitions partitions;

  public ReplicaRoles(Partitions partitions) {
    this.partitions = partitions;
  }

  /**
   * One partition of a LeaderAndIsr request.
   *
   * @param topicId {@link Uuid#ZERO} if the request has none
   * @return the error code for it
   */
  synchronized ErrorCode apply(
      TopicPartition topicPartition, Uuid topicId, LeaderAndIsrPartitionState wanted) {
    Partition known = partitions.find(topicPartition);
    if (known != null) {
      ErrorCode refused = refused(known, topicId, wanted);
      if (refused != ErrorCode.NONE) {
        return refused;
      }
    }
    if (!wanted.replicas().contains(partitions.brokerId())) {
      logger.warn(
          "The controller tells of {} with replicas {}, of which broker {} is none",
          topicPartition,
          wanted.replicas(),
          partitions.brokerId());
      return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }
    try {
      Uuid id = topicId.equals(Uuid.ZERO) ? null : topicId;
      Partition partition = partitions.findOrCreate(topicPartition, id, wanted.isNew());
      if (id != null) {
        partition.log().assignTopicId(id);
      }
      takeRole(partition, wanted);
      return ErrorCode.NONE;
    } catch (LogException e) {
      logger.error(
          "{} cannot take its role in leader epoch {}", topicPartition, wanted.leaderEpoch(), e);
      return e.errorCode();
    }
  }

  private ErrorCode refused(Partition known, Uuid topicId, LeaderAndIsrPartitionState wanted) {
    Uuid knownId = known.topicId();
    if (knownId != null && !topicId.equals(Uuid.ZERO) && !topicId.equals(knownId)) {
      logger.error(
          "The controller tells of {} with topic id {}, the log here has {}",
          known.topicPartition(),
          topicId,
          knownId);
      return ErrorCode.INCONSISTENT_TOPIC_ID;
    }
    if (partitions.logs().log(known.topicPartition()) == null) {
      return ErrorCode.KAFKA_STORAGE_ERROR; // its directory is offline
    }
    // The epoch in force already: a repeated request. Kafka calls that stale too.
    return wanted.leaderEpoch() <= known.state().leaderEpoch()
        ? ErrorCode.STALE_CONTROLLER_EPOCH
        : ErrorCode.NONE;
  }

  private void takeRole(Partition partition, LeaderAndIsrPartitionState wanted) {
    boolean leads = wanted.leader() == partitions.brokerId();
    PartitionState next =
        new PartitionState(
            leads,
            wanted.leader(),
            wanted.leaderEpoch(),
            wanted.partitionEpoch(),
            wanted.controllerEpoch(),
            wanted.isr(),
            wanted.replicas(),
            wanted.addingReplicas(),
            wanted.removingReplicas());
    if (leads) {
      partition.becomeLeader(next);
      partitions.announceLeader(partition, next.leaderEpoch());
    } else {
      partition.becomeFollower(next);
      partitions.announceNotLeader(partition, next.leaderEpoch());
    }
  }

  /**
   * Ends a replica.
   *
   * @param leaderEpoch of the controller's decision, or one of {@link #NO_LEADER_EPOCH}, {@link
   *     #EPOCH_DURING_DELETE}
   * @param delete whether its log goes too
   * @return the error code for it
   */
  synchronized ErrorCode stop(TopicPartition topicPartition, int leaderEpoch, boolean delete) {
    Partition partition = partitions.find(topicPartition);
    if (partition != null) {
      int current = partition.state().leaderEpoch();
      boolean always = leaderEpoch == NO_LEADER_EPOCH || leaderEpoch == EPOCH_DURING_DELETE;
      if (!always && leaderEpoch < current) {
        return ErrorCode.FENCED_LEADER_EPOCH;
      }
      partition.stop();
      partitions.announceNotLeader(partition, current);
    }
    if (!delete) {
      return ErrorCode.NONE;
    }
    try {
      partitions.remove(topicPartition);
      if (partitions.logs().log(topicPartition) != null) {
        partitions.logs().deleteLog(topicPartition);
      }
      return ErrorCode.NONE;
    } catch (LogException e) {
      logger.error("The log of {} cannot be deleted", topicPartition, e);
      return e.errorCode();
    }
  }

  /** The directory of some partitions is gone: they answer nobody any more. */
  public synchronized List<TopicPartition> stopAllIn(Path directory) {
    List<TopicPartition> stopped = new ArrayList<>();
    for (Partition partition : partitions.all()) {
      if (partition.log().directory().equals(directory)) {
        PartitionState before = partition.state();
        partition.stop();
        partitions.announceNotLeader(partition, before.leaderEpoch());
        stopped.add(partition.topicPartition());
      }
    }
    return stopped;
  }
}
