package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.TopicCodec;
import org.odradek.controller.znode.TopicInfo;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.RequestTooLargeException;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * New topics and added partitions, whoever wrote them to ZooKeeper: they get leaders, and topics
 * made by old tools get an id. Belongs to the controller's thread.
 */
final class TopicChanges {
  private static final Logger log = LoggerFactory.getLogger(TopicChanges.class);

  private final ControllerContext context;
  private final ControllerStore store;
  private final ControllerConfig config;
  private final PartitionStateMachine partitions;
  private final ReplicaStateMachine replicas;
  private final Supplier<Uuid> newTopicId;

  TopicChanges(
      ControllerContext context,
      ControllerStore store,
      ControllerConfig config,
      PartitionStateMachine partitions,
      ReplicaStateMachine replicas,
      Supplier<Uuid> newTopicId) {
    this.context = context;
    this.store = store;
    this.config = config;
    this.partitions = partitions;
    this.replicas = replicas;
    this.newTopicId = newTopicId;
  }

  /** Reads all topics into the context, watching each; used when the controller is elected. */
  CompletableFuture<Void> load() {
    return store
        .watchDirectory(ZnodePaths.TOPICS)
        .thenCompose(this::readTopics)
        .thenAccept(topics -> topics.forEach(context::putTopic));
  }

  /** Topics were made, or removed by hand: gives leaders to the new ones, forgets the others. */
  CompletableFuture<Void> topicsChanged() {
    return store
        .watchDirectory(ZnodePaths.TOPICS)
        .thenCompose(names -> {
          Set<String> gone = new HashSet<>(context.topics().keySet());
          names.forEach(gone::remove);
          for (String topic : gone) {
            log.warn("the znode of topic {} was removed: it is forgotten", topic);
            context.removeTopic(topic);
          }
          List<String> fresh =
              names.stream().filter(name -> !context.topics().containsKey(name)).toList();
          return readTopics(fresh);
        })
        .thenCompose(topics -> {
          List<TopicPartition> added = new ArrayList<>();
          for (TopicInfo topic : topics) {
            context.putTopic(topic);
            added.addAll(context.partitionsOf(topic.name()));
            log.info("new topic {} with {} partitions", topic.name(), topic.partitions().size());
          }
          return bringToLife(added);
        });
  }

  /** A topic's assignment was written: gives leaders to partitions that we do not know yet. */
  CompletableFuture<Void> topicModified(String name) {
    return readTopics(List.of(name))
        .thenCompose(read -> {
          TopicInfo known = context.topics().get(name);
          if (read.isEmpty()) {
            return CompletableFuture.completedFuture(null); // deleted, or not to be understood
          }
          // One that was left out may have been mended.
          return known == null ? topicsChanged() : extend(known, read.getFirst());
        });
  }

  private CompletableFuture<Void> extend(TopicInfo known, TopicInfo now) {
    String name = known.name();
    if (!now.partitions().keySet().containsAll(known.partitions().keySet())) {
      log.error(
          "the znode of topic {} lost partitions, it had {} and has {}: they are kept as they were",
          name,
          known.partitions().keySet(),
          now.partitions().keySet());
    }
    if (context.deletions().contains(name)) {
      log.warn("topic {} is being deleted: partitions added to it are ignored", name);
      return CompletableFuture.completedFuture(null);
    }
    Map<Integer, ReplicaAssignment> all = new TreeMap<>(known.partitions());
    List<TopicPartition> added = new ArrayList<>();
    now.partitions()
        .forEach((partition, assignment) -> {
          if (all.putIfAbsent(partition, assignment) == null) {
            added.add(new TopicPartition(name, partition));
          }
        });
    context.putTopic(
        new TopicInfo(name, now.id() == null ? known.id() : now.id(), new TreeMap<>(all)));
    if (!added.isEmpty()) {
      log.info("topic {} has new partitions {}", name, added);
    }
    return bringToLife(added);
  }

  private CompletableFuture<Void> bringToLife(List<TopicPartition> added) {
    if (added.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<PartitionReplica> addedReplicas = context.replicasOf(added);
    partitions.toNew(added);
    replicas.toNew(addedReplicas);
    return partitions
        .toOnline(added, ElectionReason.OFFLINE)
        .thenAccept(done -> replicas.toOnline(addedReplicas));
  }

  // ---- reading

  /** Reads topics, watches them, and gives an id to each that has none. */
  private CompletableFuture<List<TopicInfo>> readTopics(Collection<String> names) {
    Map<String, String> paths = new LinkedHashMap<>();
    names.forEach(name -> paths.put(name, ZnodePaths.topic(name)));
    return store
        .readAll(List.copyOf(paths.values()), true)
        .thenCompose(znodes -> {
          List<CompletableFuture<Optional<TopicInfo>>> open = new ArrayList<>();
          paths.forEach((name, path) -> {
            Znode znode = znodes.get(path);
            if (znode != null) {
              open.add(withId(name, znode));
            }
          });
          return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
              .thenApply(done ->
                  open.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList());
        });
  }

  private CompletableFuture<Optional<TopicInfo>> withId(String name, Znode znode) {
    TopicInfo topic;
    try {
      topic = TopicCodec.decode(name, znode.data());
    } catch (ZnodeFormatException e) {
      log.error("topic {} is left out until its znode is mended: {}", name, e.getMessage());
      return CompletableFuture.completedFuture(Optional.empty());
    }
    if (topic.id() != null || !config.usesTopicIds()) {
      return CompletableFuture.completedFuture(Optional.of(topic));
    }
    // Tools before topic ids rewrite the node without it when they add partitions: it gets back the
    // id that its brokers have in their folders.
    Uuid knownId = context.topicId(name);
    TopicInfo identified = topic.withId(knownId.equals(Uuid.ZERO) ? newTopicId.get() : knownId);
    return store
        .write(
            List.of(
                new ZnodeOperation.Write(
                    ZnodePaths.topic(name),
                    TopicCodec.encode(identified),
                    znode.stat().getVersion())))
        .thenApply(done -> Optional.of(identified))
        .exceptionallyCompose(failure -> {
          if (Failures.cause(failure) instanceof RequestTooLargeException) {
            log.error("topic {} stays without an id: {}", name, failure.getMessage());
            return CompletableFuture.completedFuture(Optional.of(topic));
          }
          if (!StoreFailures.isAboutNode(failure)) {
            return CompletableFuture.failedFuture(failure);
          }
          // Changed meanwhile, by a tool or by our own write whose answer was lost: read again.
          return store
              .read(ZnodePaths.topic(name), true)
              .thenCompose(now ->
                  now.isPresent()
                      ? withId(name, now.get())
                      : CompletableFuture.completedFuture(Optional.empty()));
        });
  }
}
