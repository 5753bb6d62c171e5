package org.odradek.broker.group;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.TopicMetadata;
import org.odradek.protocol.Uuid;

/**
 * How many partitions the offsets topic has, for the hash that finds the partition of a group.
 *
 * <p>The first number seen stays, until the broker stops or the topic is made anew: as with Kafka,
 * partitions added meanwhile do not move groups away from their offsets while they are in use.
 *
 * <p>Thread-safety: any thread.
 */
final class OffsetsTopicSize {
  /** No guess takes the place of the real number: it would lead to a partition without offsets. */
  static final int NOT_KNOWN = 0;

  private final ClusterMetadata metadata;
  private volatile @Nullable Seen seen;

  private record Seen(Uuid topicId, int partitions) {}

  OffsetsTopicSize(ClusterMetadata metadata) {
    this.metadata = metadata;
  }

  /** The number of partitions, or {@link #NOT_KNOWN} while no metadata of the topic has come. */
  int partitions() {
    TopicMetadata topic = metadata.current().topic(GroupCoordinator.OFFSETS_TOPIC);
    if (topic == null || topic.partitions().isEmpty()) {
      return NOT_KNOWN;
    }
    Seen known = seen;
    if (known != null && known.topicId().equals(topic.id())) {
      return known.partitions();
    }
    int count = topic.partitions().getLast().partition() + 1;
    if (count == topic.partitions().size()) { // otherwise more is about to come
      seen = new Seen(topic.id(), count);
    }
    return count;
  }

  /** The topic is deleted; the next one may have another size, without having another id. */
  void forget() {
    seen = null;
  }
}
