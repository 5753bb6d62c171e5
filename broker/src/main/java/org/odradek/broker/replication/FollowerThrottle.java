package org.odradek.broker.replication;

import java.util.LinkedHashSet;
import java.util.Set;
import org.odradek.broker.quota.ReplicationQuota;

/**
 * Which partitions of one fetcher are not fetched for now, as the follower's rate is exceeded
 * (KIP-73); never those in sync.
 *
 * <p>Thread-safety: confined to the fetcher.
 */
final class FollowerThrottle {
  private final ReplicationQuota quota;
  private final FollowedPartitions partitions;
  private final Set<FollowedPartition> keptBack = new LinkedHashSet<>();

  /** How many partitions are throttled and not in sync. */
  private int slowedDown;

  FollowerThrottle(ReplicationQuota quota, FollowedPartitions partitions) {
    this.quota = quota;
    this.partitions = partitions;
  }

  private boolean isSlowedDown(FollowedPartition followed) {
    return !followed.inSync() && quota.isThrottled(followed.topicPartition());
  }

  /** Looks at the rate anew. */
  void update() {
    if (!quota.isLimited() && keptBack.isEmpty()) {
      return;
    }
    keptBack.forEach(partitions::changed);
    keptBack.clear();
    slowedDown = 0;
    boolean exceeded = quota.room() == 0;
    for (FollowedPartition each : partitions.all()) {
      if (isSlowedDown(each)) {
        slowedDown++;
        if (exceeded) {
          keptBack.add(each);
          partitions.changed(each);
        }
      }
    }
  }

  boolean keepsBack(FollowedPartition followed) {
    return keptBack.contains(followed);
  }

  void drop(FollowedPartition followed) {
    keptBack.remove(followed);
  }

  /** What a throttled partition asks for is no more than its share of what may come in now. */
  int maxBytes(FollowedPartition followed, int wanted) {
    if (!quota.isLimited() || !isSlowedDown(followed)) {
      return wanted;
    }
    return (int) Math.clamp(quota.room() / Math.max(1, slowedDown), 1, wanted);
  }

  /** Records have come in. */
  void record(FollowedPartition followed, int bytes) {
    if (quota.isThrottled(followed.topicPartition())) {
      quota.record(bytes);
    }
  }

  /** When partitions that are kept back may go on; {@link Long#MAX_VALUE} if there are none. */
  long nextDueMs(long nowMs) {
    return keptBack.isEmpty() ? Long.MAX_VALUE : nowMs + Math.max(1, quota.pauseMs());
  }
}
