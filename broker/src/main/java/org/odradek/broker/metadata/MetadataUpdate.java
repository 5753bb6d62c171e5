package org.odradek.broker.metadata;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.network.Endpoint;
import org.odradek.broker.network.SecurityProtocol;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataBroker;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataEndpoint;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataPartitionState;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataTopicState;

/**
 * Makes the next snapshot out of the last one and an UpdateMetadata request. The request names all
 * live brokers, but only those partitions that have changed.
 */
final class MetadataUpdate {
  private MetadataUpdate() {}

  static MetadataSnapshot apply(MetadataSnapshot before, UpdateMetadataRequest request) {
    Map<Integer, BrokerNode> brokers = new HashMap<>();
    for (UpdateMetadataBroker broker : request.liveBrokers()) {
      brokers.put(broker.id(), node(broker));
    }
    if (request.topicStates().isEmpty() && request.ungroupedPartitionStates().isEmpty()) {
      return new MetadataSnapshot(
          request.controllerId(), brokers, before.topicsByName(), before.topicNames());
    }
    Map<String, TopicMetadata> topics = new HashMap<>(before.topicsByName());
    Map<Uuid, String> names = new HashMap<>(before.topicNames());
    for (UpdateMetadataTopicState topic : request.topicStates()) {
      change(topics, names, topic.topicName(), topic.topicId(), topic.partitionStates());
    }
    ungrouped(request)
        .forEach((name, partitions) -> change(topics, names, name, Uuid.ZERO, partitions));
    return new MetadataSnapshot(request.controllerId(), brokers, topics, names);
  }

  /** Until version 4 each partition names its topic. */
  private static Map<String, List<UpdateMetadataPartitionState>> ungrouped(
      UpdateMetadataRequest request) {
    Map<String, List<UpdateMetadataPartitionState>> byTopic = new HashMap<>();
    for (UpdateMetadataPartitionState state : request.ungroupedPartitionStates()) {
      byTopic.computeIfAbsent(state.topicName(), name -> new ArrayList<>()).add(state);
    }
    return byTopic;
  }

  private static void change(
      Map<String, TopicMetadata> topics,
      Map<Uuid, String> names,
      String name,
      Uuid id,
      List<UpdateMetadataPartitionState> changes) {
    @Nullable TopicMetadata known = topics.get(name);
    // made again while its deletion was not told of: nothing of the earlier one is left
    @Nullable TopicMetadata before = known == null || isAnother(known.id(), id) ? null : known;
    if (known != null && before == null) {
      names.remove(known.id());
    }
    TreeMap<Integer, PartitionMetadata> partitions = new TreeMap<>();
    if (before != null) {
      before.partitions().forEach(partition -> partitions.put(partition.partition(), partition));
    }
    for (UpdateMetadataPartitionState state : changes) {
      if (state.leader() == PartitionMetadata.LEADER_DURING_DELETE) {
        partitions.remove(state.partitionIndex());
      } else {
        partitions.put(state.partitionIndex(), partition(state));
      }
    }
    Uuid knownId = before == null ? Uuid.ZERO : before.id();
    Uuid newId = id.equals(Uuid.ZERO) ? knownId : id;
    if (!newId.equals(knownId) || partitions.isEmpty()) {
      names.remove(knownId);
    }
    if (partitions.isEmpty()) {
      topics.remove(name);
      return;
    }
    topics.put(name, new TopicMetadata(name, newId, List.copyOf(partitions.values())));
    if (!newId.equals(Uuid.ZERO)) {
      names.put(newId, name);
    }
  }

  private static boolean isAnother(Uuid known, Uuid told) {
    return !known.equals(told) && !known.equals(Uuid.ZERO) && !told.equals(Uuid.ZERO);
  }

  private static PartitionMetadata partition(UpdateMetadataPartitionState state) {
    return new PartitionMetadata(
        state.partitionIndex(),
        state.leader(),
        state.leaderEpoch(),
        state.zkVersion(),
        state.replicas(),
        state.isr(),
        state.offlineReplicas());
  }

  private static BrokerNode node(UpdateMetadataBroker broker) {
    Map<String, Endpoint> endpoints = new HashMap<>();
    for (UpdateMetadataEndpoint endpoint : broker.endpoints()) {
      SecurityProtocol protocol = SecurityProtocol.forId(endpoint.securityProtocol());
      if (protocol == null) {
        continue; // nobody can come by it here
      }
      // before version 3 a listener had no other name than its protocol
      String listener =
          endpoint.listener().isEmpty()
              ? protocol.name()
              : endpoint.listener().toUpperCase(Locale.ROOT);
      endpoints.put(listener, new Endpoint(listener, endpoint.host(), endpoint.port(), protocol));
    }
    if (endpoints.isEmpty() && !broker.v0Host().isEmpty()) {
      String listener = SecurityProtocol.PLAINTEXT.name();
      endpoints.put(
          listener,
          new Endpoint(listener, broker.v0Host(), broker.v0Port(), SecurityProtocol.PLAINTEXT));
    }
    return new BrokerNode(broker.id(), endpoints, broker.rack());
  }
}
