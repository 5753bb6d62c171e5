package org.odradek.broker.group;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.odradek.broker.partition.LeadershipListener;
import org.odradek.broker.partition.Partition;
import org.odradek.protocol.Uuid;

/**
 * Tells the coordinator which partitions of the offsets topic are its own.
 *
 * <p>Thread-safety: as {@link LeadershipListener} says.
 */
public final class OffsetsTopicLeadership implements LeadershipListener {
  private final GroupCoordinator coordinator;
  private final Map<Integer, Uuid> topicIds = new ConcurrentHashMap<>();

  public OffsetsTopicLeadership(GroupCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public void onLeader(Partition partition, int leaderEpoch) {
    if (isOffsetsTopic(partition)) {
      int number = partition.topicPartition().partition();
      Uuid id = partition.topicId();
      Uuid before = id == null ? null : topicIds.put(number, id);
      if (before != null && !before.equals(id)) {
        // Deleted and made again: the leader epochs start over.
        coordinator.deleted(number);
      }
      coordinator.elected(number, leaderEpoch);
    }
  }

  @Override
  public void onNotLeader(Partition partition, int leaderEpoch) {
    if (isOffsetsTopic(partition)) {
      coordinator.resigned(partition.topicPartition().partition(), leaderEpoch);
    }
  }

  private static boolean isOffsetsTopic(Partition partition) {
    return partition.topicPartition().topic().equals(GroupCoordinator.OFFSETS_TOPIC);
  }
}
