package org.odradek.controller.znode;

import java.util.ArrayList;
import java.util.List;

/**
 * Leader and in-sync replicas of one partition, as agreed in ZooKeeper.
 *
 * @param leader a broker id, or {@link #NO_LEADER}
 * @param leaderEpoch goes up by one with each change the controller makes (KIP-101)
 * @param isr in-sync replicas in the order in which they joined; never empty: the last one stays
 *     though it is down
 * @param controllerEpoch of the controller that wrote it last
 * @param znodeVersion data version of the znode, which conditional writes name; also the partition
 *     epoch of AlterPartition
 * @param isRecovering whether the leader came by an unclean election and has not said yet that it
 *     is done with what follows from that (KIP-704)
 */
public record PartitionState(
    int leader,
    int leaderEpoch,
    List<Integer> isr,
    int controllerEpoch,
    int znodeVersion,
    boolean isRecovering) {

  public static final int NO_LEADER = -1;
  public static final int INITIAL_LEADER_EPOCH = 0;

  public PartitionState {
    isr = List.copyOf(isr);
  }

  /** One that is not recovering. */
  public PartitionState(
      int leader, int leaderEpoch, List<Integer> isr, int controllerEpoch, int znodeVersion) {
    this(leader, leaderEpoch, isr, controllerEpoch, znodeVersion, false);
  }

  /** The next state under another leader and ISR: the leader epoch goes up. */
  public PartitionState withLeaderAndIsr(int newLeader, List<Integer> newIsr) {
    return new PartitionState(
        newLeader, leaderEpoch + 1, newIsr, controllerEpoch, znodeVersion, isRecovering);
  }

  /** The ISR that its leader wants: the leader epoch stays. */
  public PartitionState withIsr(List<Integer> newIsr, boolean recovering) {
    return new PartitionState(
        leader, leaderEpoch, newIsr, controllerEpoch, znodeVersion, recovering);
  }

  /** The same, but its leader has to recover from an unclean election. */
  public PartitionState recovering() {
    return new PartitionState(leader, leaderEpoch, isr, controllerEpoch, znodeVersion, true);
  }

  public PartitionState writtenBy(int epochOfController, int newZnodeVersion) {
    return new PartitionState(
        leader, leaderEpoch, isr, epochOfController, newZnodeVersion, isRecovering);
  }

  public boolean hasLeader() {
    return leader != NO_LEADER;
  }

  /** The ISR without a broker, but never empty. */
  public List<Integer> isrWithout(int brokerId) {
    if (!isr.contains(brokerId) || isr.size() == 1) {
      return isr;
    }
    List<Integer> rest = new ArrayList<>(isr);
    rest.remove(Integer.valueOf(brokerId));
    return rest;
  }
}
