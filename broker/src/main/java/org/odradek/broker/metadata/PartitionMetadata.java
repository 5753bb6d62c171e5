package org.odradek.broker.metadata;

import java.util.List;

/**
 * One partition, as the controller announced it.
 *
 * @param leader broker id, or {@link #NO_LEADER}, or {@link #LEADER_DURING_DELETE}
 * @param leaderEpoch 0 or more
 * @param zkVersion data version of the partition's state znode
 * @param replicas broker ids in the order of assignment; the first is the preferred leader
 * @param isr in-sync broker ids, in the controller's order
 * @param offlineReplicas replicas on dead brokers or in failed log directories
 */
public record PartitionMetadata(
    int partition,
    int leader,
    int leaderEpoch,
    int zkVersion,
    List<Integer> replicas,
    List<Integer> isr,
    List<Integer> offlineReplicas) {

  /** No replica can lead. */
  public static final int NO_LEADER = -1;

  /** Announced for the partitions of a topic that is going to be deleted. */
  public static final int LEADER_DURING_DELETE = -2;

  public PartitionMetadata {
    replicas = List.copyOf(replicas);
    isr = List.copyOf(isr);
    offlineReplicas = List.copyOf(offlineReplicas);
  }
}
