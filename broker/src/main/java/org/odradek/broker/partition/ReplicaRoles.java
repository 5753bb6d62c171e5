package org.odradek.broker.partition;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrPartitionState;
import org.odradek.storage.LogException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts into effect what the controller decides about the replicas of this broker: who leads them,
 * whom they follow, and which of them end. A request comes as one batch, whose partitions are seen
 * to side by side; fetchers and listeners are told once all have their roles.
 *
 * <p>Thread-safety: batches exclude each other, and so do changes of one partition. They wait for
 * the disk. Appends and reads of other partitions, and of these, go on meanwhile.
 */
public final class ReplicaRoles {
  private static final Logger logger = LoggerFactory.getLogger(ReplicaRoles.class);
  private static final int HELPERS_MAX = 8;

  private final Partitions partitions;
  private final ReplicaFollowing following;
  private final ParallelBatch parallel;

  /**
   * @param following fetches for the replicas that follow
   * @param background its threads help with large batches; they may wait for disks
   */
  public ReplicaRoles(Partitions partitions, ReplicaFollowing following, Executor background) {
    this.partitions = partitions;
    this.following = following;
    this.parallel = new ParallelBatch(background, HELPERS_MAX);
  }

  /** A partition with the role that it has taken. */
  private record Taken(Partition partition, PartitionState role) {}

  /** What came of one element of a batch. */
  private static final class Outcome<T> {
    final T wanted;
    volatile ErrorCode code = ErrorCode.UNKNOWN_SERVER_ERROR;
    volatile @Nullable Taken taken;

    Outcome(T wanted) {
      this.wanted = wanted;
    }
  }

  /**
   * The partitions of a LeaderAndIsr request.
   *
   * @return the error codes for them, in the same order
   */
  synchronized List<ErrorCode> apply(List<RoleChange> changes) {
    List<Outcome<RoleChange>> outcomes = changes.stream().map(Outcome::new).toList();
    inParallel(onceEach(outcomes), this::apply);
    List<ReplicaFollowing.Target> targets = new ArrayList<>();
    List<TopicPartition> unled = new ArrayList<>();
    for (Outcome<RoleChange> outcome : outcomes) {
      Taken taken = outcome.taken;
      if (taken != null && !taken.role.leading() && taken.role.leader() >= 0) {
        targets.add(
            new ReplicaFollowing.Target(
                taken.partition, taken.role.leader(), taken.role.leaderEpoch()));
      } else if (taken != null) {
        unled.add(taken.partition.topicPartition());
      }
    }
    following.stopFollowing(unled);
    following.follow(targets);
    for (Outcome<RoleChange> outcome : outcomes) {
      Taken taken = outcome.taken;
      if (taken != null && taken.role.leading()) {
        partitions.announceLeader(taken.partition, taken.role.leaderEpoch());
      } else if (taken != null) {
        partitions.announceNotLeader(taken.partition, taken.role.leaderEpoch());
      }
    }
    writeLeaderEpochs(outcomes);
    return outcomes.stream().map(outcome -> outcome.code).toList();
  }

  /** A file for each partition that is led: thousands take seconds, and nobody waits for them. */
  private void writeLeaderEpochs(List<Outcome<RoleChange>> outcomes) {
    List<Outcome<RoleChange>> led = new ArrayList<>();
    for (Outcome<RoleChange> outcome : outcomes) {
      if (outcome.taken != null && outcome.taken.role.leading()) {
        led.add(outcome);
      }
    }
    inParallel(
        led,
        outcome -> {
          if (outcome.taken != null) {
            outcome.taken.partition.log().writeLeaderEpochs();
          }
        });
  }

  /** A partition that a request names twice gets the first of its roles; the rest is refused. */
  private static List<Outcome<RoleChange>> onceEach(List<Outcome<RoleChange>> outcomes) {
    Set<TopicPartition> seen = new HashSet<>();
    List<Outcome<RoleChange>> once = new ArrayList<>(outcomes.size());
    for (Outcome<RoleChange> outcome : outcomes) {
      if (seen.add(outcome.wanted.partition())) {
        once.add(outcome);
      } else {
        outcome.code = ErrorCode.INVALID_REQUEST;
      }
    }
    return once;
  }

  private <T> void inParallel(List<Outcome<T>> outcomes, Consumer<Outcome<T>> work) {
    try {
      parallel.forEach(
          outcomes,
          outcome -> {
            try {
              work.accept(outcome);
            } catch (LogException e) {
              logger.error("{} is not put into effect", outcome.wanted, e);
              outcome.code = e.errorCode();
            } catch (RuntimeException e) {
              logger.error("{} met a defect", outcome.wanted, e);
            }
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is stopping; the rest counts as failed
    }
  }

  private void apply(Outcome<RoleChange> outcome) {
    RoleChange change = outcome.wanted;
    LeaderAndIsrPartitionState wanted = change.wanted();
    Uuid id = change.topicId().equals(Uuid.ZERO) ? null : change.topicId();
    Partition known = partitions.find(change.partition());
    if (known != null) {
      ErrorCode refused = refused(known, id, wanted.leaderEpoch());
      if (refused != ErrorCode.NONE) {
        outcome.code = refused;
        return;
      }
      if (wanted.leaderEpoch() == known.state().leaderEpoch()) {
        outcome.code = repeated(known, id);
        return;
      }
    }
    if (!wanted.replicas().contains(partitions.brokerId())) {
      logger.warn(
          "The controller tells of {} with replicas {}, of which broker {} is none",
          change.partition(),
          wanted.replicas(),
          partitions.brokerId());
      outcome.code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
      return;
    }
    Partition partition = partitions.findOrCreate(change.partition(), id, wanted.isNew());
    if (id != null) {
      partition.log().assignTopicId(id);
    }
    PartitionState role = role(wanted);
    if (role.leading()) {
      partition.becomeLeader(role);
    } else {
      partition.becomeFollower(role);
    }
    outcome.taken = new Taken(partition, role);
    outcome.code = ErrorCode.NONE;
  }

  private ErrorCode refused(Partition known, @Nullable Uuid topicId, int leaderEpoch) {
    Uuid knownId = known.topicId();
    if (knownId != null && topicId != null && !topicId.equals(knownId)) {
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
    return leaderEpoch < known.state().leaderEpoch()
        ? ErrorCode.STALE_CONTROLLER_EPOCH
        : ErrorCode.NONE;
  }

  /**
   * The epoch in force already. Kafka calls a repeated request stale too, unless it brings the
   * topic's id, which controllers tell of after an upgrade without a new epoch.
   */
  private static ErrorCode repeated(Partition known, @Nullable Uuid topicId) {
    if (topicId == null || known.topicId() != null) {
      return ErrorCode.STALE_CONTROLLER_EPOCH;
    }
    known.log().assignTopicId(topicId);
    return ErrorCode.NONE;
  }

  private PartitionState role(LeaderAndIsrPartitionState wanted) {
    return new PartitionState(
        wanted.leader() == partitions.brokerId(),
        wanted.leader(),
        wanted.leaderEpoch(),
        wanted.partitionEpoch(),
        wanted.controllerEpoch(),
        wanted.isr(),
        wanted.replicas(),
        wanted.addingReplicas(),
        wanted.removingReplicas());
  }

  /**
   * The partitions of a StopReplica request.
   *
   * @return the error codes for them, in the same order
   */
  synchronized List<ErrorCode> stop(List<ReplicaEnd> ends) {
    ErrorCode[] codes = new ErrorCode[ends.size()];
    List<Taken> stopped = new ArrayList<>();
    List<TopicPartition> deleted = new ArrayList<>();
    for (int i = 0; i < codes.length; i++) {
      ReplicaEnd end = ends.get(i);
      Partition partition = partitions.find(end.partition());
      codes[i] = ErrorCode.NONE;
      if (partition != null) {
        PartitionState before = partition.state();
        if (!end.appliesTo(before.leaderEpoch())) {
          codes[i] = ErrorCode.FENCED_LEADER_EPOCH;
          continue;
        }
        partition.stop();
        stopped.add(new Taken(partition, before));
      }
      if (end.delete()) {
        deleted.add(end.partition());
      }
    }
    following.stopFollowing(
        stopped.stream().map(taken -> taken.partition.topicPartition()).toList());
    stopped.forEach(
        taken -> partitions.announceNotLeader(taken.partition, taken.role.leaderEpoch()));
    ErrorCode deletion = delete(deleted);
    if (deletion != ErrorCode.NONE) {
      Set<TopicPartition> failed = new HashSet<>(deleted);
      for (int i = 0; i < codes.length; i++) {
        if (codes[i] == ErrorCode.NONE && failed.contains(ends.get(i).partition())) {
          codes[i] = deletion;
        }
      }
    }
    return List.of(codes);
  }

  private ErrorCode delete(List<TopicPartition> deleted) {
    deleted.forEach(partitions::remove);
    try {
      partitions.logs().deleteLogs(deleted);
      return ErrorCode.NONE;
    } catch (LogException e) {
      logger.error(
          "{} logs, {} among them, cannot be deleted", deleted.size(), deleted.getFirst(), e);
      return e.errorCode();
    }
  }

  /** The directory of some partitions is gone: they answer nobody any more. */
  public synchronized List<TopicPartition> stopAllIn(Path directory) {
    List<Taken> stopped = new ArrayList<>();
    for (Partition partition : partitions.all()) {
      if (partition.log().directory().equals(directory)) {
        stopped.add(new Taken(partition, partition.state()));
        partition.stop();
      }
    }
    List<TopicPartition> names =
        stopped.stream().map(taken -> taken.partition.topicPartition()).toList();
    following.stopFollowing(names);
    stopped.forEach(
        taken -> partitions.announceNotLeader(taken.partition, taken.role.leaderEpoch()));
    return names;
  }
}
