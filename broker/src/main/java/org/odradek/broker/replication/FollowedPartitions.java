package org.odradek.broker.replication;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.replication.FollowedPartition.Phase;
import org.odradek.protocol.TopicPartition;

/**
 * The partitions of one fetcher, and which of them want attention: so that a step costs what has
 * changed, not what there is.
 *
 * <p>Thread-safety: confined to the fetcher.
 */
final class FollowedPartitions {
  private final int backoffMaxMs;
  private final Map<TopicPartition, FollowedPartition> all = new LinkedHashMap<>();

  /** Partitions that are delayed, or in another phase than FETCHING. */
  private final Set<FollowedPartition> unsettled = new LinkedHashSet<>();

  /** Partitions of which the fetch session may not have the latest. */
  private final Set<FollowedPartition> changed = new LinkedHashSet<>();

  /**
   * @param backoffMaxMs {@code replica.fetch.backoff.ms}
   */
  FollowedPartitions(int backoffMaxMs) {
    this.backoffMaxMs = backoffMaxMs;
  }

  @Nullable FollowedPartition find(TopicPartition partition) {
    return all.get(partition);
  }

  /** Whether it has neither been removed nor replaced. */
  boolean holds(FollowedPartition followed) {
    return all.get(followed.topicPartition()) == followed;
  }

  Collection<FollowedPartition> all() {
    return all.values();
  }

  void add(FollowedPartition added) {
    all.put(added.topicPartition(), added);
    changed(added);
  }

  void drop(FollowedPartition dropped) {
    all.remove(dropped.topicPartition(), dropped);
    unsettled.remove(dropped);
    changed.remove(dropped);
  }

  void clear() {
    all.clear();
    unsettled.clear();
    changed.clear();
  }

  /** The position or the phase may be another. */
  void changed(FollowedPartition followed) {
    changed.add(followed);
    boolean settled =
        !followed.isDelayed()
            && (followed.phase() == Phase.FETCHING || followed.phase() == Phase.FAILED);
    if (settled) {
      unsettled.remove(followed);
    } else {
      unsettled.add(followed);
    }
  }

  void allChanged() {
    changed.addAll(all.values());
  }

  /** What has changed since the last call. */
  List<FollowedPartition> takeChanged() {
    List<FollowedPartition> taken = List.copyOf(changed);
    changed.clear();
    return taken;
  }

  /** Tries again later; each time in a row after a longer pause. */
  void delay(FollowedPartition followed, long nowMs) {
    followed.delay(nowMs, backoffMaxMs);
    changed(followed);
  }

  /** Those whose delay is over, and those that wait for no answer yet. */
  List<FollowedPartition> endDelays(long nowMs) {
    List<FollowedPartition> ended = new ArrayList<>();
    for (FollowedPartition each : List.copyOf(unsettled)) {
      if (!each.isDelayed(nowMs)) {
        each.endDelay();
        changed(each);
        ended.add(each);
      }
    }
    return ended;
  }

  /** Those in a phase, and not delayed. */
  List<FollowedPartition> ready(Phase phase, long nowMs) {
    List<FollowedPartition> ready = new ArrayList<>();
    for (FollowedPartition each : unsettled) {
      if (each.phase() == phase && !each.isDelayed(nowMs)) {
        ready.add(each);
      }
    }
    return ready;
  }

  /** When the next delay ends; {@link Long#MAX_VALUE} for never. */
  long nextDueMs() {
    long due = Long.MAX_VALUE;
    for (FollowedPartition each : unsettled) {
      if (each.isDelayed()) {
        due = Math.min(due, each.delayedUntilMs());
      }
    }
    return due;
  }
}
