package org.odradek.broker.main;

import java.util.function.ToIntFunction;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.PartitionMetadata;
import org.odradek.broker.metadata.TopicMetadata;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.PartitionState;
import org.odradek.broker.partition.Partitions;

/** Partitions counted by what is the matter with them, when somebody looks. Thread-safe. */
final class PartitionNumbers {
  private final Partitions partitions;
  private final ClusterMetadata metadata;

  PartitionNumbers(Partitions partitions, ClusterMetadata metadata) {
    this.partitions = partitions;
    this.metadata = metadata;
  }

  // ---- here

  int replicas() {
    return partitions.all().size();
  }

  int led() {
    return count(partition -> 1);
  }

  /** Those led here that miss a replica in the ISR; one that a reassignment adds is not missed. */
  int underReplicated() {
    return count(partition -> {
      PartitionState state = partition.state();
      int expected = state.replicas().size() - state.addingReplicas().size();
      return state.isr().size() < expected ? 1 : 0;
    });
  }

  int underMinIsr() {
    return count(partition -> partition.state().isr().size() < minIsr(partition) ? 1 : 0);
  }

  int atMinIsr() {
    return count(partition -> partition.state().isr().size() == minIsr(partition) ? 1 : 0);
  }

  private static int minIsr(Partition partition) {
    return partition.log().config().minInsyncReplicas();
  }

  int reassigning() {
    return count(partition -> {
      PartitionState state = partition.state();
      return state.addingReplicas().isEmpty() && state.removingReplicas().isEmpty() ? 0 : 1;
    });
  }

  private int count(ToIntFunction<Partition> number) {
    return partitions.all().stream().filter(Partition::isLeader).mapToInt(number).sum();
  }

  // ---- in the cluster

  int topics() {
    return metadata.current().topics().size();
  }

  int allPartitions() {
    return metadata.current().topics().stream().mapToInt(topic -> topic.partitions().size()).sum();
  }

  int offline() {
    return countAll(partition -> metadata.current().isAlive(partition.leader()) ? 0 : 1);
  }

  int notLedByPreferred() {
    return countAll(partition ->
        partition.replicas().isEmpty() || partition.leader() == partition.replicas().getFirst()
            ? 0
            : 1);
  }

  private int countAll(ToIntFunction<PartitionMetadata> number) {
    int sum = 0;
    for (TopicMetadata topic : metadata.current().topics()) {
      for (PartitionMetadata partition : topic.partitions()) {
        if (partition.leader() != PartitionMetadata.LEADER_DURING_DELETE) {
          sum += number.applyAsInt(partition);
        }
      }
    }
    return sum;
  }

  /** Replicas here whose directory is offline, as the controller knows. */
  int offlineHere() {
    int id = partitions.brokerId();
    return countAll(partition -> partition.offlineReplicas().contains(id) ? 1 : 0);
  }
}
