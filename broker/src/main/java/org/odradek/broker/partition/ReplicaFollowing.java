package org.odradek.broker.partition;

import java.util.Collection;
import java.util.List;
import org.odradek.protocol.TopicPartition;

/**
 * Who makes replicas follow their leaders: the border between changes of role and the fetchers.
 *
 * <p>Neither call waits for a fetcher. A fetcher that has not heard yet does no harm: whatever it
 * still wants to append or cut names the leader epoch that it follows, and {@link Partition}
 * refuses one that has passed.
 *
 * <p>Thread-safety: any thread; calls about one partition come one after the other.
 */
public interface ReplicaFollowing {
  /** For who has no other brokers: nothing is fetched. */
  ReplicaFollowing NONE =
      new ReplicaFollowing() {
        @Override
        public void follow(List<Target> targets) {}

        @Override
        public void stopFollowing(Collection<TopicPartition> partitions) {}
      };

  /**
   * A replica and whom it follows.
   *
   * @param leader broker id, never that of this broker
   * @param leaderEpoch in which {@code leader} leads
   */
  record Target(Partition partition, int leader, int leaderEpoch) {}

  /** From now on these replicas fetch from their leaders, and from no earlier one. */
  void follow(List<Target> targets);

  /** These partitions are led here, have no leader, or have ended. Unknown ones are ignored. */
  void stopFollowing(Collection<TopicPartition> partitions);
}
