package org.odradek.broker.topic;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.broker.metadata.PartitionMetadata;
import org.odradek.broker.metadata.TopicMetadata;
import org.odradek.controller.znode.TopicInfo;
import org.odradek.protocol.TopicPartition;

/** Waits until this broker's metadata shows what was done to a topic, for a bounded time. */
final class TopicWaits {
  private final ClusterMetadata metadata;

  TopicWaits(ClusterMetadata metadata) {
    this.metadata = metadata;
  }

  /** Whether all partitions of a topic got a live leader within the time. */
  CompletableFuture<Boolean> untilLed(TopicInfo topic, int timeoutMs) {
    return within(
        timeoutMs,
        snapshot -> {
          TopicMetadata known = snapshot.topic(topic.name());
          return known != null
              && (topic.id() == null || known.id().equals(topic.id()))
              && topic.partitions().keySet().stream()
                  .allMatch(partition -> isLed(snapshot, known.partition(partition)));
        });
  }

  private static boolean isLed(MetadataSnapshot snapshot, @Nullable PartitionMetadata partition) {
    return partition != null && snapshot.isAlive(partition.leader());
  }

  /** Whether all partitions were led by who is named within the time. */
  CompletableFuture<Boolean> untilLedBy(Map<TopicPartition, Integer> leaders, int timeoutMs) {
    return within(
        timeoutMs,
        snapshot ->
            leaders.entrySet().stream()
                .allMatch(entry -> isLedBy(snapshot, entry.getKey(), entry.getValue())));
  }

  static boolean isLedBy(MetadataSnapshot snapshot, TopicPartition partition, int leader) {
    TopicMetadata topic = snapshot.topic(partition.topic());
    PartitionMetadata known = topic == null ? null : topic.partition(partition.partition());
    return known != null && known.leader() == leader;
  }

  /** Whether a topic was gone (or another of its name there) within the time. */
  CompletableFuture<Boolean> untilGone(TopicInfo topic, int timeoutMs) {
    return within(
        timeoutMs,
        snapshot -> {
          TopicMetadata known = snapshot.topic(topic.name());
          return known == null || (topic.id() != null && !known.id().equals(topic.id()));
        });
  }

  private CompletableFuture<Boolean> within(int timeoutMs, Predicate<MetadataSnapshot> condition) {
    if (timeoutMs <= 0) {
      return CompletableFuture.completedFuture(false); // as Kafka: does not wait, and says so
    }
    CompletableFuture<MetadataSnapshot> reached = metadata.await(condition);
    CompletableFuture<Boolean> answer =
        reached
            .thenApply(snapshot -> true)
            .completeOnTimeout(false, timeoutMs, TimeUnit.MILLISECONDS);
    return answer.whenComplete((inTime, failure) -> reached.cancel(false));
  }
}
