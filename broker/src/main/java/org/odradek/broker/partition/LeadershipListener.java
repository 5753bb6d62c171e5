package org.odradek.broker.partition;

/**
 * Hears of the roles this broker takes; how coordinators learn which of their partitions are
 * theirs.
 *
 * <p>Called on the worker that handles the controller's request, after the change; must not wait.
 */
public interface LeadershipListener {

  void onLeader(Partition partition, int leaderEpoch);

  /** This broker does not lead the partition any more, or has no replica of it any more. */
  void onNotLeader(Partition partition, int leaderEpoch);
}
