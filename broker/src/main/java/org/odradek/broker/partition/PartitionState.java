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
 * @param addingReplicas those of them that a reassignment adds
 * @param removingReplicas those of them that a reassignment takes away
 */
public record PartitionState(
    boolean leading,
    int leader,
    int leaderEpoch,
    int partitionEpoch,
    int controllerEpoch,
    List<Integer> isr,
    List<Integer> replicas,
    List<Integer> addingReplicas,
    List<Integer> removingReplicas) {

  static final PartitionState UNKNOWN =
      new PartitionState(false, -1, -1, -1, -1, List.of(), List.of(), List.of(), List.of());

  public PartitionState {
    isr = List.copyOf(isr);
    replicas = List.copyOf(replicas);
    addingReplicas = List.copyOf(addingReplicas);
    removingReplicas = List.copyOf(removingReplicas);
  }

  /** The same, while this broker does not lead: on the way from one role to another. */
  PartitionState notLeading() {
    return new PartitionState(
        false,
        leader,
        leaderEpoch,
        partitionEpoch,
        controllerEpoch,
        isr,
        replicas,
        addingReplicas,
        removingReplicas);
  }

  /** The same under an ISR that was agreed on within the leader epoch. */
  PartitionState withIsr(List<Integer> newIsr, int newPartitionEpoch) {
    return new PartitionState(
        leading,
        leader,
        leaderEpoch,
        newPartitionEpoch,
        controllerEpoch,
        newIsr,
        replicas,
        addingReplicas,
        removingReplicas);
  }
}
