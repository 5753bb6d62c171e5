package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.odradek.protocol.TopicPartition;

/**
 * Which offsets of a group have expired. By Kafka's rules (KIP-211), an offset lives as long as its
 * group is in use, and {@code offsets.retention.minutes} longer:
 *
 * <ul>
 *   <li>of an empty group, from when it became empty (of one recorded by an old broker that did not
 *       say when, from the commit);
 *   <li>of a stable consumer group, from the commit, for topics that nobody subscribes to any more;
 *   <li>of a group without a protocol type, which only keeps offsets, from the commit;
 *   <li>in every case, a commit with a retention time of its own expires by that time.
 * </ul>
 */
final class OffsetExpiry {
  private OffsetExpiry() {}

  static Collection<TopicPartition> expired(Group group, long nowMs, long retentionMs) {
    Set<String> subscribed = group.subscribedTopics();
    if (group.protocolType() == null) {
      return expired(group, nowMs, retentionMs, CommittedOffset.NO_TIMESTAMP, Set.of());
    }
    if (group.is(GroupState.EMPTY)) {
      return expired(group, nowMs, retentionMs, group.stateSinceMs(), Set.of());
    }
    if (group.is(GroupState.STABLE) && group.isConsumerGroup() && subscribed != null) {
      return expired(group, nowMs, retentionMs, CommittedOffset.NO_TIMESTAMP, subscribed);
    }
    return List.of();
  }

  /**
   * @param sinceMs from when the retention counts, {@code NO_TIMESTAMP} for from the commit
   */
  private static Collection<TopicPartition> expired(
      Group group, long nowMs, long retentionMs, long sinceMs, Set<String> keptTopics) {
    return group
        .offsets()
        .select((partition, offset) -> {
          if (keptTopics.contains(partition.topic())) {
            return false;
          }
          if (offset.hasOwnExpiry()) {
            return nowMs >= offset.expireTimestampMs();
          }
          long baseMs =
              sinceMs == CommittedOffset.NO_TIMESTAMP ? offset.commitTimestampMs() : sinceMs;
          return nowMs - baseMs >= retentionMs;
        });
  }

  /** Removes what has expired; the tombstones to write for it. */
  static List<LogRecord> expire(Group group, long nowMs, long retentionMs) {
    List<LogRecord> tombstones = new ArrayList<>();
    for (TopicPartition partition : List.copyOf(expired(group, nowMs, retentionMs))) {
      group.offsets().remove(partition);
      tombstones.add(GroupRecordCodec.offsetTombstone(group.id(), partition));
    }
    return tombstones;
  }
}
