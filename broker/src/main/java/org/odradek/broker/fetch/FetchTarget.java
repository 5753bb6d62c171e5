package org.odradek.broker.fetch;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.PartitionState;
import org.odradek.protocol.Uuid;

/**
 * A partition to fetch from, as a request names it. A session keeps it until the request changes
 * it, and with it what was found out about it: a follower has thousands of them, few of which have
 * anything new at a time.
 *
 * <p>Thread-safety: immutable, but for what was found out, which is one reference.
 */
final class FetchTarget {

  /** What identifies a partition in a session. */
  record Key(String topic, Uuid topicId, int partition) {}

  /**
   * A partition that was found to be the one meant, led here in the epoch that the client believes
   * in, and not to have split off: true for as long as its state is the same object.
   */
  record Checked(Partition partition, PartitionState state) {}

  private final Key key;
  private final long fetchOffset;
  private final int maxBytes;
  private final int currentLeaderEpoch;
  private final int lastFetchedEpoch;
  private final long followerLogStart;
  private volatile @Nullable Checked checked;

  /**
   * @param topic empty from version 13 on
   * @param topicId {@link Uuid#ZERO} before version 13
   * @param currentLeaderEpoch what the client believes, -1 if it does not say (KIP-320)
   * @param lastFetchedEpoch the epoch of the record before {@code fetchOffset}, -1 if it does not
   *     say (KIP-595)
   * @param followerLogStart where the log of a follower begins; -1 from consumers
   */
  FetchTarget(
      String topic,
      Uuid topicId,
      int partition,
      long fetchOffset,
      int maxBytes,
      int currentLeaderEpoch,
      int lastFetchedEpoch,
      long followerLogStart) {
    this.key = new Key(topic, topicId, partition);
    this.fetchOffset = fetchOffset;
    this.maxBytes = maxBytes;
    this.currentLeaderEpoch = currentLeaderEpoch;
    this.lastFetchedEpoch = lastFetchedEpoch;
    this.followerLogStart = followerLogStart;
  }

  Key key() {
    return key;
  }

  String topic() {
    return key.topic;
  }

  Uuid topicId() {
    return key.topicId;
  }

  int partition() {
    return key.partition;
  }

  long fetchOffset() {
    return fetchOffset;
  }

  int maxBytes() {
    return maxBytes;
  }

  int currentLeaderEpoch() {
    return currentLeaderEpoch;
  }

  int lastFetchedEpoch() {
    return lastFetchedEpoch;
  }

  long followerLogStart() {
    return followerLogStart;
  }

  /** Notes that all was checked while the partition was in a state. */
  void checked(Partition partition, PartitionState state) {
    checked = new Checked(partition, state);
  }

  /** The partition, if all was checked and its state is still that one; else null. */
  @Nullable Partition checkedPartition() {
    Checked known = checked;
    return known != null && known.partition.state() == known.state ? known.partition : null;
  }
}
