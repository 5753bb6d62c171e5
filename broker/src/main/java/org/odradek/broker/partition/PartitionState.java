package org.odradek.broker.partition;

import java.util.List;

/**
 * What the controller said last about a partition (LeaderAndIsr).
 *
 * @param leading whether this broker is the leader and has got ready to be
 * @param leader broker id, -1 for none
 * @param leaderEpoch -1 before the controller said anything
 * @param partitionEpoch the version of the partition's state in ZooKeeper
 * @param controllerEpoch of the controller that said so
 * @param isr in-sync broker ids, in the controller's order
 * @param replicas assigned broker ids, the preferred leader first
 */
public record PartitionState(
    boolean leading,
    int leader,
    int leaderEpoch,
    int partitionEpoch,
    int controllerEpoch,
    List<Integer> isr,
    List<Integer> replicas) {

  static final PartitionState UNKNOWN =
      new PartitionState(false, -1, -1, -1, -1, List.of(), List.of());

  public PartitionState {
    isr = List.copyOf(isr);
    replicas = List.copyOf(replicas);
  }

  /** The same, while this broker does not lead: on the way from one role to another. */
  PartitionState notLeading() {
    return new PartitionState(
        false, leader, leaderEpoch, partitionEpoch, controllerEpoch, isr, replicas);
  }
}
