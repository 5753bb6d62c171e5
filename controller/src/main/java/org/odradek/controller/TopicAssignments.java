package org.odradek.controller;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.TopicCodec;
import org.odradek.controller.znode.TopicInfo;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.RequestSize;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;

/**
 * Writes changed replica assignments to {@code /brokers/topics/x}, one write for each topic, and
 * then into the context. Partitions that a tool adds to the node meanwhile are kept. Belongs to the
 * controller's thread.
 */
final class TopicAssignments {
  private final ControllerContext context;
  private final ControllerStore store;

  TopicAssignments(ControllerContext context, ControllerStore store) {
    this.context = context;
    this.store = store;
  }

  /** Those of the topics whose znode would become larger than ZooKeeper takes. */
  Set<String> tooLarge(Map<TopicPartition, ReplicaAssignment> assignments) {
    Map<String, SortedMap<Integer, ReplicaAssignment>> byTopic = new HashMap<>();
    assignments.forEach((partition, assignment) -> {
      TopicInfo known = context.topics().get(partition.topic());
      if (known != null) {
        byTopic
            .computeIfAbsent(partition.topic(), topic -> new TreeMap<>(known.partitions()))
            .put(partition.partition(), assignment);
      }
    });
    Set<String> tooLarge = new HashSet<>();
    byTopic.forEach((topic, partitions) -> {
      TopicInfo after = new TopicInfo(topic, context.topicId(topic), partitions);
      if (!RequestSize.fits(ZnodePaths.topic(topic), TopicCodec.encode(after))) {
        tooLarge.add(topic);
      }
    });
    return tooLarge;
  }

  /** Complete when written; partitions whose topic is gone meanwhile are passed over. */
  CompletableFuture<Void> write(Map<TopicPartition, ReplicaAssignment> assignments) {
    Map<String, Map<Integer, ReplicaAssignment>> byTopic = new LinkedHashMap<>();
    assignments.forEach((partition, assignment) ->
        byTopic
            .computeIfAbsent(partition.topic(), topic -> new LinkedHashMap<>())
            .put(partition.partition(), assignment));
    List<CompletableFuture<Void>> open = new ArrayList<>();
    byTopic.forEach((topic, partitions) -> open.add(write(topic, partitions)));
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .thenRun(() -> context.putAssignments(assignments));
  }

  private CompletableFuture<Void> write(String topic, Map<Integer, ReplicaAssignment> partitions) {
    return store
        .read(ZnodePaths.topic(topic), false)
        .thenCompose((Optional<Znode> found) ->
            found.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : replace(topic, partitions, found.get()));
  }

  private CompletableFuture<Void> replace(
      String topic, Map<Integer, ReplicaAssignment> partitions, Znode found) {
    TopicInfo before = TopicCodec.decode(topic, found.data());
    SortedMap<Integer, ReplicaAssignment> all = new TreeMap<>(before.partitions());
    all.putAll(partitions);
    TopicInfo after = new TopicInfo(topic, idOf(before), all);
    return store
        .write(
            List.of(
                new ZnodeOperation.Write(
                    ZnodePaths.topic(topic), TopicCodec.encode(after), found.stat().getVersion())))
        .thenAccept(done -> {})
        .exceptionallyCompose(failure ->
            StoreFailures.isAboutNode(failure)
                ? write(topic, partitions) // a tool was quicker: its partitions are to stay
                : CompletableFuture.failedFuture(failure));
  }

  /** Tools before topic ids leave the id out when they add partitions. */
  private @Nullable Uuid idOf(TopicInfo topic) {
    Uuid known = context.topicId(topic.name());
    return topic.id() != null || known.equals(Uuid.ZERO) ? topic.id() : known;
  }
}
