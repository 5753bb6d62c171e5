package org.odradek.broker.fetch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.fetch.ReplicaSelector.Candidate;
import org.odradek.broker.metadata.BrokerNode;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.broker.partition.FollowerStatus;
import org.odradek.broker.partition.Partition;

/**
 * Which replicas the consumer of one fetch is sent to.
 *
 * @param listenerName a follower counts if the consumer can reach it by the listener it came in by
 * @param rack as the consumer names it, empty if it does not
 */
record PreferredReplicas(
    ReplicaSelector selector, MetadataSnapshot metadata, String listenerName, String rack) {
  static final int NONE = -1;

  /** The follower to read from, {@link #NONE} to read here. */
  int of(Partition partition, long fetchOffset) {
    if (selector == ReplicaSelector.LEADER || rack.isEmpty() || !partition.isLeader()) {
      return NONE;
    }
    List<Candidate> followers = new ArrayList<>();
    for (FollowerStatus follower : partition.followers()) {
      BrokerNode broker = metadata.brokers().get(follower.brokerId());
      if (broker != null
          && broker.endpoints().containsKey(listenerName)
          && follower.inSync()
          && follower.logStartOffset() <= fetchOffset
          && follower.logEndOffset() >= fetchOffset) {
        followers.add(
            new Candidate(
                follower.brokerId(),
                broker.rack(),
                follower.logEndOffset(),
                follower.lastCaughtUpMs()));
      }
    }
    int here = partition.brokerId();
    Candidate leader =
        new Candidate(here, rackOf(here), partition.log().logEndOffset(), Long.MAX_VALUE);
    int selected = selector.select(rack, leader, followers);
    return selected == here ? NONE : selected;
  }

  private @Nullable String rackOf(int brokerId) {
    BrokerNode broker = metadata.brokers().get(brokerId);
    return broker == null ? null : broker.rack();
  }
}
