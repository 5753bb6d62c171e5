package org.odradek.controller.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.TopicInfo;
import org.odradek.protocol.ErrorCode;

/** What is checked before a topic is made or extended; codes and texts are those of Kafka. */
final class TopicValidation {
  private TopicValidation() {}

  static TopicException alreadyExists(String topic) {
    return new TopicException(
        ErrorCode.TOPIC_ALREADY_EXISTS, "Topic '" + topic + "' already exists.");
  }

  /** Checks all but the configuration, and gives the replicas of each partition. */
  static SortedMap<Integer, List<Integer>> assignmentOf(
      NewTopic topic,
      Collection<String> existing,
      List<BrokerInfo> brokers,
      TopicDefaults defaults,
      ReplicaAssignor assignor) {
    if (existing.contains(topic.name())) {
      throw alreadyExists(topic.name());
    }
    List<String> withoutValue =
        topic.configs().entrySet().stream()
            .filter(config -> config.getValue() == null)
            .map(Map.Entry::getKey)
            .toList();
    if (!withoutValue.isEmpty()) {
      throw new TopicException(
          ErrorCode.INVALID_REQUEST,
          "Null value not supported for topic configs : " + String.join(",", withoutValue));
    }
    boolean isManual = !topic.assignment().isEmpty();
    boolean hasCounts =
        topic.partitionCount() != NewTopic.BY_DEFAULT
            || topic.replicationFactor() != NewTopic.BY_DEFAULT;
    if (isManual && hasCounts) {
      throw new TopicException(
          ErrorCode.INVALID_REQUEST,
          "Both numPartitions or replicationFactor and replicasAssignments were set. "
              + "Both cannot be used at the same time.");
    }
    SortedMap<Integer, List<Integer>> assignment =
        isManual
            ? topic.assignment()
            : assignor.assignNew(
                brokers,
                topic.partitionCount() == NewTopic.BY_DEFAULT
                    ? defaults.partitionCount()
                    : topic.partitionCount(),
                topic.replicationFactor() == NewTopic.BY_DEFAULT
                    ? defaults.replicationFactor()
                    : topic.replicationFactor());
    checkName(topic.name(), existing);
    checkShape(assignment);
    return assignment;
  }

  private static void checkName(String name, Collection<String> existing) {
    String problem = TopicNames.problem(name);
    if (problem != null) {
      throw new TopicException(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
    }
    if (!TopicNames.hasCollisionCharacters(name)) {
      return;
    }
    List<String> colliding =
        existing.stream().filter(other -> TopicNames.collide(name, other)).sorted().toList();
    if (!colliding.isEmpty()) {
      throw new TopicException(
          ErrorCode.INVALID_TOPIC_EXCEPTION,
          "Topic '%s' collides with existing topics: %s"
              .formatted(name, String.join(", ", colliding)));
    }
  }

  private static void checkShape(SortedMap<Integer, List<Integer>> assignment) {
    Set<Integer> factors = new HashSet<>();
    assignment.values().forEach(replicas -> factors.add(replicas.size()));
    if (factors.size() != 1) {
      throw invalidAssignment("All partitions should have the same number of replicas");
    }
    for (List<Integer> replicas : assignment.values()) {
      if (replicas.size() != Set.copyOf(replicas).size()) {
        throw invalidAssignment("Duplicate replica assignment found: " + assignment);
      }
    }
    int expected = 0;
    for (int partition : assignment.keySet()) {
      if (partition != expected++) {
        throw invalidAssignment("partitions should be a consecutive 0-based integer sequence");
      }
    }
  }

  static void checkConfigs(NewTopic topic, TopicConfigValidator validator) {
    Map<String, String> configs = new LinkedHashMap<>();
    topic.configs().forEach((key, value) -> configs.put(key, String.valueOf(value)));
    @Nullable String problem = validator.problem(configs);
    if (problem != null) {
      throw new TopicException(ErrorCode.INVALID_CONFIG, problem);
    }
  }

  /** The topic with more partitions. */
  static TopicInfo extend(
      TopicInfo topic, NewPartitions addition, List<BrokerInfo> brokers, ReplicaAssignor assignor) {
    if (topic.partitions().values().stream().anyMatch(ReplicaAssignment::isBeingReassigned)) {
      throw new TopicException(
          ErrorCode.REASSIGNMENT_IN_PROGRESS,
          "A partition reassignment is in progress for the topic '" + topic.name() + "'.");
    }
    int oldCount = topic.partitions().size();
    int added = addition.totalCount() - oldCount;
    if (added < 0) {
      throw new TopicException(
          ErrorCode.INVALID_PARTITIONS,
          "Topic currently has %d partitions, which is higher than the requested %d."
              .formatted(oldCount, addition.totalCount()));
    }
    if (added == 0) {
      throw new TopicException(
          ErrorCode.INVALID_PARTITIONS, "Topic already has " + oldCount + " partitions.");
    }
    ReplicaAssignment first = topic.partitions().get(0);
    if (first == null) {
      throw new TopicException(
          ErrorCode.UNKNOWN_SERVER_ERROR,
          "Unexpected existing replica assignment for topic '%s', partition id 0 is missing."
              .formatted(topic.name()));
    }
    List<List<Integer>> manual = addition.assignments();
    SortedMap<Integer, List<Integer>> assignment =
        manual == null
            ? assignor.assignAdded(
                brokers, first.replicas().getFirst(), oldCount, added, first.replicas().size())
            : manualAddition(manual, oldCount, added, first.replicas().size(), brokers);
    SortedMap<Integer, ReplicaAssignment> all = new TreeMap<>(topic.partitions());
    assignment.forEach((partition, replicas) -> all.put(partition, ReplicaAssignment.of(replicas)));
    return new TopicInfo(topic.name(), topic.id(), all);
  }

  private static SortedMap<Integer, List<Integer>> manualAddition(
      List<List<Integer>> manual, int oldCount, int added, int factor, List<BrokerInfo> brokers) {
    Set<Integer> known = brokers.stream().map(BrokerInfo::id).collect(Collectors.toSet());
    Set<Integer> unknown = new TreeSet<>();
    manual.forEach(unknown::addAll);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw invalidAssignment("Unknown broker(s) in replica assignment: " + join(unknown) + ".");
    }
    if (manual.size() != added) {
      throw invalidAssignment(
          "Increasing the number of partitions by %d but %d assignments provided."
              .formatted(added, manual.size()));
    }
    SortedMap<Integer, List<Integer>> assignment = new TreeMap<>();
    for (int i = 0; i < manual.size(); i++) {
      assignment.put(oldCount + i, manual.get(i));
    }
    checkManualAddition(assignment, factor);
    return assignment;
  }

  private static void checkManualAddition(
      SortedMap<Integer, List<Integer>> assignment, int factor) {
    List<Integer> badPartitions = new ArrayList<>();
    List<Integer> badFactors = new ArrayList<>();
    assignment.forEach((partition, replicas) -> {
      if (replicas.isEmpty()) {
        throw invalidAssignment(
            "Cannot have replication factor of 0 for partition id " + partition + ".");
      }
      if (replicas.size() != Set.copyOf(replicas).size()) {
        throw invalidAssignment(
            "Duplicate brokers not allowed in replica assignment: %s for partition id %d."
                .formatted(join(replicas), partition));
      }
      if (replicas.size() != factor) {
        badPartitions.add(partition);
        badFactors.add(replicas.size());
      }
    });
    if (!badPartitions.isEmpty()) {
      throw invalidAssignment(
          ("Inconsistent replication factor between partitions, partition 0 has %d while partitions"
                  + " [%s] have replication factors [%s], respectively.")
              .formatted(factor, join(badPartitions), join(badFactors)));
    }
  }

  private static String join(Collection<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static TopicException invalidAssignment(String message) {
    return new TopicException(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message);
  }
}
