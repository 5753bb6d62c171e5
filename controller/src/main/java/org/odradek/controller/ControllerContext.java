package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.TopicInfo;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;

/**
 * All that an active controller knows of the cluster. Belongs to the controller's thread.
 *
 * <p>Invariant: partitions, their states and replicas are only of topics that are in {@link
 * #topics()}.
 */
final class ControllerContext {
  /** 0 before the first election; what {@code /controller_epoch} held when we won. */
  private int epoch;

  private int epochZnodeVersion;

  private final SortedMap<Integer, LiveBroker> liveBrokers = new TreeMap<>();
  private final Set<Integer> shuttingDown = new HashSet<>();
  private final Map<Integer, Set<TopicPartition>> offlineDirectories = new HashMap<>();
  private final SortedMap<String, TopicInfo> topics = new TreeMap<>();
  private final Map<Uuid, String> topicNames = new HashMap<>();
  private final Map<Integer, Set<TopicPartition>> partitionsByBroker = new HashMap<>();
  private final Map<TopicPartition, PartitionState> states = new HashMap<>();
  private final Map<TopicPartition, PartitionLifecycle> partitionLifecycles = new HashMap<>();
  private final Map<PartitionReplica, ReplicaLifecycle> replicaLifecycles = new HashMap<>();
  private final Set<String> deletions = new HashSet<>();
  private final Set<String> ineligibleDeletions = new HashSet<>();
  private final Set<String> startedDeletions = new HashSet<>();

  // ---- epoch

  int epoch() {
    return epoch;
  }

  int epochZnodeVersion() {
    return epochZnodeVersion;
  }

  void elected(int newEpoch, int znodeVersion) {
    epoch = newEpoch;
    epochZnodeVersion = znodeVersion;
  }

  /** Forgets the cluster, not the epoch. */
  void clear() {
    liveBrokers.clear();
    shuttingDown.clear();
    offlineDirectories.clear();
    topics.clear();
    topicNames.clear();
    partitionsByBroker.clear();
    states.clear();
    partitionLifecycles.clear();
    replicaLifecycles.clear();
    deletions.clear();
    ineligibleDeletions.clear();
    startedDeletions.clear();
  }

  // ---- brokers

  /** All that are registered, also those that are about to stop. */
  Collection<LiveBroker> brokers() {
    return Collections.unmodifiableCollection(liveBrokers.values());
  }

  Set<Integer> brokerIds() {
    return Set.copyOf(liveBrokers.keySet());
  }

  @Nullable LiveBroker broker(int id) {
    return liveBrokers.get(id);
  }

  void putBroker(LiveBroker broker) {
    liveBrokers.put(broker.id(), broker);
  }

  void removeBroker(int id) {
    liveBrokers.remove(id);
    shuttingDown.remove(id);
    offlineDirectories.remove(id);
  }

  Set<Integer> shuttingDown() {
    return shuttingDown;
  }

  /** Whether a broker may be given something to lead. */
  boolean isAlive(int id) {
    return liveBrokers.containsKey(id) && !shuttingDown.contains(id);
  }

  /** Whether a broker may be given that partition to lead: alive, and its directory works. */
  boolean isOnline(int brokerId, TopicPartition partition) {
    return isReachable(brokerId, partition) && !shuttingDown.contains(brokerId);
  }

  /** The same, but also while the broker is about to stop. */
  boolean isReachable(int brokerId, TopicPartition partition) {
    return liveBrokers.containsKey(brokerId)
        && !offlineDirectories.getOrDefault(brokerId, Set.of()).contains(partition);
  }

  /** A broker cannot store its replica; whether that is new. */
  boolean directoryFailed(int brokerId, TopicPartition partition) {
    return offlineDirectories.computeIfAbsent(brokerId, id -> new HashSet<>()).add(partition);
  }

  /** A broker can store its replica; whether that is new. */
  boolean directoryRecovered(int brokerId, TopicPartition partition) {
    Set<TopicPartition> offline = offlineDirectories.get(brokerId);
    return offline != null && offline.remove(partition);
  }

  /** What a broker that is alive cannot store. */
  Set<TopicPartition> offlineDirectoriesOn(int brokerId) {
    return Set.copyOf(offlineDirectories.getOrDefault(brokerId, Set.of()));
  }

  // ---- topics

  SortedMap<String, TopicInfo> topics() {
    return Collections.unmodifiableSortedMap(topics);
  }

  void putTopic(TopicInfo topic) {
    TopicInfo before = topics.put(topic.name(), topic);
    if (before != null) {
      before
          .partitions()
          .forEach((number, assignment) -> {
            if (!assignment.equals(topic.partitions().get(number))) {
              unindex(new TopicPartition(topic.name(), number), assignment);
            }
          });
      forgetId(before);
    }
    topic
        .partitions()
        .forEach((number, assignment) -> {
          if (before == null || !assignment.equals(before.partitions().get(number))) {
            TopicPartition partition = new TopicPartition(topic.name(), number);
            for (int id : assignment.replicas()) {
              partitionsByBroker
                  .computeIfAbsent(id, broker -> new LinkedHashSet<>())
                  .add(partition);
            }
          }
        });
    Uuid id = topic.id();
    if (id != null) {
      topicNames.put(id, topic.name());
    }
  }

  private void unindex(TopicPartition partition, ReplicaAssignment assignment) {
    for (int id : assignment.replicas()) {
      Set<TopicPartition> there = partitionsByBroker.get(id);
      if (there != null && there.remove(partition) && there.isEmpty()) {
        partitionsByBroker.remove(id);
      }
    }
  }

  private void forgetId(TopicInfo topic) {
    Uuid id = topic.id();
    if (id != null) {
      topicNames.remove(id, topic.name());
    }
  }

  void removeTopic(String topic) {
    TopicInfo info = topics.remove(topic);
    if (info != null) {
      info.partitions()
          .forEach((number, assignment) -> {
            TopicPartition partition = new TopicPartition(topic, number);
            states.remove(partition);
            partitionLifecycles.remove(partition);
            unindex(partition, assignment);
          });
      forgetId(info);
    }
    replicaLifecycles.keySet().removeIf(replica -> replica.partition().topic().equals(topic));
    deletions.remove(topic);
    ineligibleDeletions.remove(topic);
    startedDeletions.remove(topic);
  }

  /** The id of a topic, zero when it has none or there is no such topic. */
  Uuid topicId(String topic) {
    TopicInfo info = topics.get(topic);
    Uuid id = info == null ? null : info.id();
    return id == null ? Uuid.ZERO : id;
  }

  /** The topic with an id; null if there is none. */
  @Nullable String topicName(Uuid id) {
    return topicNames.get(id);
  }

  private static List<TopicPartition> partitions(TopicInfo topic) {
    return topic.partitions().keySet().stream()
        .map(partition -> new TopicPartition(topic.name(), partition))
        .toList();
  }

  List<TopicPartition> partitionsOf(String topic) {
    TopicInfo info = topics.get(topic);
    return info == null ? List.of() : partitions(info);
  }

  List<TopicPartition> allPartitions() {
    List<TopicPartition> all = new ArrayList<>();
    topics.values().forEach(topic -> all.addAll(partitions(topic)));
    return all;
  }

  /** The replicas of a partition; empty if there is no such partition. */
  List<Integer> replicas(TopicPartition partition) {
    ReplicaAssignment assignment = assignment(partition);
    return assignment == null ? List.of() : assignment.replicas();
  }

  @Nullable ReplicaAssignment assignment(TopicPartition partition) {
    TopicInfo topic = topics.get(partition.topic());
    return topic == null ? null : topic.partitions().get(partition.partition());
  }

  /** Replaces the replicas of partitions that are known; their topics keep their ids. */
  void putAssignments(Map<TopicPartition, ReplicaAssignment> assignments) {
    Map<String, SortedMap<Integer, ReplicaAssignment>> byTopic = new HashMap<>();
    assignments.forEach((partition, assignment) -> {
      TopicInfo topic = topics.get(partition.topic());
      if (topic != null && topic.partitions().containsKey(partition.partition())) {
        byTopic
            .computeIfAbsent(topic.name(), name -> new TreeMap<>(topic.partitions()))
            .put(partition.partition(), assignment);
      }
    });
    byTopic.forEach((name, all) -> {
      TopicInfo topic = topics.get(name);
      if (topic != null) {
        putTopic(new TopicInfo(name, topic.id(), all));
      }
    });
  }

  /** All replicas that a broker has, in the order in which they became known. */
  Set<PartitionReplica> replicasOn(int brokerId) {
    Set<PartitionReplica> found = new LinkedHashSet<>();
    for (TopicPartition partition : partitionsByBroker.getOrDefault(brokerId, Set.of())) {
      found.add(new PartitionReplica(partition, brokerId));
    }
    return found;
  }

  List<PartitionReplica> replicasOf(Collection<TopicPartition> partitions) {
    List<PartitionReplica> found = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      replicas(partition).forEach(id -> found.add(new PartitionReplica(partition, id)));
    }
    return found;
  }

  // ---- leaders

  /** Leader and ISR, or null as long as none was ever chosen. */
  @Nullable PartitionState state(TopicPartition partition) {
    return states.get(partition);
  }

  void putState(TopicPartition partition, PartitionState state) {
    states.put(partition, state);
  }

  // ---- lifecycles

  PartitionLifecycle lifecycle(TopicPartition partition) {
    return partitionLifecycles.getOrDefault(partition, PartitionLifecycle.NON_EXISTENT);
  }

  void putLifecycle(TopicPartition partition, PartitionLifecycle lifecycle) {
    if (lifecycle == PartitionLifecycle.NON_EXISTENT) {
      partitionLifecycles.remove(partition);
    } else {
      partitionLifecycles.put(partition, lifecycle);
    }
  }

  ReplicaLifecycle lifecycle(PartitionReplica replica) {
    return replicaLifecycles.getOrDefault(replica, ReplicaLifecycle.NON_EXISTENT);
  }

  void putLifecycle(PartitionReplica replica, ReplicaLifecycle lifecycle) {
    if (lifecycle == ReplicaLifecycle.NON_EXISTENT) {
      replicaLifecycles.remove(replica);
    } else {
      replicaLifecycles.put(replica, lifecycle);
    }
  }

  List<PartitionReplica> replicasIn(String topic, ReplicaLifecycle lifecycle) {
    return replicasOf(partitionsOf(topic)).stream()
        .filter(replica -> lifecycle(replica) == lifecycle)
        .toList();
  }

  // ---- deletions

  /** Topics that are marked for deletion and not deleted yet. */
  Set<String> deletions() {
    return deletions;
  }

  /** Those of them whose deletion waits for a broker. */
  Set<String> ineligibleDeletions() {
    return ineligibleDeletions;
  }

  /** Those of them that brokers were already told about. */
  Set<String> startedDeletions() {
    return startedDeletions;
  }

  boolean isBeingDeleted(TopicPartition partition) {
    return deletions.contains(partition.topic());
  }
}
