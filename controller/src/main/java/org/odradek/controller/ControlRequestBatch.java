package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.BrokerEndpoint;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.StopReplicaRequest;
import org.odradek.protocol.message.UpdateMetadataRequest;

/**
 * Collects what brokers are to be told about partitions, then sends each broker at most one
 * LeaderAndIsr, one UpdateMetadata and one StopReplica request (two before version 3). Belongs to
 * the controller's thread.
 */
final class ControlRequestBatch {
  /** Leader epochs of StopReplica (version 3): none known, and "the topic is being deleted". */
  private static final int NO_LEADER_EPOCH = -1;

  private static final int DELETION_LEADER_EPOCH = -2;

  /** The leader that UpdateMetadata names for a partition that is being deleted. */
  private static final int LEADER_DURING_DELETION = -2;

  private final ControllerContext context;
  private final ControllerConfig config;
  private final BrokerChannels channels;
  private final Consumer<ControllerEvent> events;

  private final SortedMap<Integer, Map<TopicPartition, Boolean>> leaderAndIsr = new TreeMap<>();
  private final SortedMap<Integer, Map<TopicPartition, Boolean>> stopReplica = new TreeMap<>();
  private final Set<Integer> updateBrokers = new LinkedHashSet<>();
  private final Set<TopicPartition> updatePartitions = new LinkedHashSet<>();

  ControlRequestBatch(
      ControllerContext context,
      ControllerConfig config,
      BrokerChannels channels,
      Consumer<ControllerEvent> events) {
    this.context = context;
    this.config = config;
    this.channels = channels;
    this.events = events;
  }

  /** Brokers are told leader and ISR of a partition they have; all brokers get its metadata. */
  void leaderAndIsr(Collection<Integer> brokerIds, TopicPartition partition, boolean isNew) {
    for (int id : brokerIds) {
      if (context.broker(id) != null) {
        leaderAndIsr
            .computeIfAbsent(id, broker -> new LinkedHashMap<>())
            .merge(partition, isNew, (before, now) -> before || now);
      }
    }
    updateMetadata(List.of(partition));
  }

  /** A broker stops a replica, and with {@code delete} also deletes its files. */
  void stopReplica(PartitionReplica replica, boolean delete) {
    if (context.broker(replica.brokerId()) != null) {
      stopReplica
          .computeIfAbsent(replica.brokerId(), broker -> new LinkedHashMap<>())
          .merge(replica.partition(), delete, (before, now) -> before || now);
    }
  }

  /** All brokers are told leader, ISR and replicas of partitions, and which brokers there are. */
  void updateMetadata(Collection<TopicPartition> partitions) {
    updateMetadata(context.brokerIds(), partitions);
  }

  void updateMetadata(Collection<Integer> brokerIds, Collection<TopicPartition> partitions) {
    updateBrokers.addAll(brokerIds);
    updatePartitions.addAll(partitions);
  }

  /** Sends what was collected. */
  void send() {
    leaderAndIsr.forEach(this::sendLeaderAndIsr);
    leaderAndIsr.clear();
    if (!updateBrokers.isEmpty()) {
      sendUpdateMetadata();
    }
    updateBrokers.clear();
    updatePartitions.clear();
    stopReplica.forEach(this::sendStopReplica);
    stopReplica.clear();
  }

  /** Forgets what was collected, after a failure. */
  void clear() {
    leaderAndIsr.clear();
    stopReplica.clear();
    updateBrokers.clear();
    updatePartitions.clear();
  }

  private long brokerEpoch(int brokerId) {
    LiveBroker broker = context.broker(brokerId);
    return broker == null ? -1 : broker.epoch();
  }

  // ---- LeaderAndIsr

  private void sendLeaderAndIsr(int brokerId, Map<TopicPartition, Boolean> partitions) {
    Map<String, LeaderAndIsrRequest.LeaderAndIsrTopicState> topics = new LinkedHashMap<>();
    Set<Integer> leaders = new HashSet<>();
    partitions.forEach((partition, isNew) -> {
      PartitionState state = context.state(partition);
      ReplicaAssignment assignment = context.assignment(partition);
      if (state != null && assignment != null) {
        leaders.add(state.leader());
        topics
            .computeIfAbsent(partition.topic(), this::leaderAndIsrTopic)
            .partitionStates()
            .add(partitionState(partition, state, assignment, isNew));
      }
    });
    if (topics.isEmpty()) {
      return;
    }
    LeaderAndIsrRequest request =
        new LeaderAndIsrRequest()
            .controllerId(config.brokerId())
            .controllerEpoch(context.epoch())
            .brokerEpoch(brokerEpoch(brokerId))
            .topicStates(new ArrayList<>(topics.values()))
            .liveLeaders(liveLeaders(leaders));
    channels.send(
        brokerId,
        ApiKey.LEADER_AND_ISR,
        request,
        response -> events.accept(new ControllerEvent.LeaderAndIsrAnswered(brokerId, response)));
  }

  private LeaderAndIsrRequest.LeaderAndIsrTopicState leaderAndIsrTopic(String topic) {
    return new LeaderAndIsrRequest.LeaderAndIsrTopicState()
        .topicName(topic)
        .topicId(context.topicId(topic))
        .partitionStates(new ArrayList<>());
  }

  private static LeaderAndIsrRequest.LeaderAndIsrPartitionState partitionState(
      TopicPartition partition, PartitionState state, ReplicaAssignment assignment, boolean isNew) {
    return new LeaderAndIsrRequest.LeaderAndIsrPartitionState()
        .topicName(partition.topic())
        .partitionIndex(partition.partition())
        .controllerEpoch(state.controllerEpoch())
        .leader(state.leader())
        .leaderEpoch(state.leaderEpoch())
        .isr(state.isr())
        .partitionEpoch(state.znodeVersion())
        .replicas(assignment.replicas())
        .addingReplicas(assignment.adding())
        .removingReplicas(assignment.removing())
        .leaderRecoveryState((byte) (state.isRecovering() ? 1 : 0))
        .isNew(isNew);
  }

  private List<LeaderAndIsrRequest.LeaderAndIsrLiveLeader> liveLeaders(Set<Integer> leaders) {
    List<LeaderAndIsrRequest.LeaderAndIsrLiveLeader> live = new ArrayList<>();
    for (LiveBroker broker : context.brokers()) {
      BrokerEndpoint endpoint = interBrokerEndpoint(broker.info());
      if (leaders.contains(broker.id()) && endpoint != null) {
        live.add(
            new LeaderAndIsrRequest.LeaderAndIsrLiveLeader()
                .brokerId(broker.id())
                .hostName(endpoint.host())
                .port(endpoint.port()));
      }
    }
    return live;
  }

  private @Nullable BrokerEndpoint interBrokerEndpoint(BrokerInfo broker) {
    return broker
        .endpoint(config.interBrokerListener())
        .orElse(broker.endpoints().isEmpty() ? null : broker.endpoints().getFirst());
  }

  // ---- UpdateMetadata

  private void sendUpdateMetadata() {
    Map<String, UpdateMetadataRequest.UpdateMetadataTopicState> topics = new LinkedHashMap<>();
    for (TopicPartition partition : updatePartitions) {
      PartitionState state = context.state(partition);
      if (state != null) {
        topics
            .computeIfAbsent(partition.topic(), this::updateMetadataTopic)
            .partitionStates()
            .add(metadataState(partition, state));
      }
    }
    List<UpdateMetadataRequest.UpdateMetadataBroker> brokers =
        context.brokers().stream().map(broker -> metadataBroker(broker.info())).toList();
    for (int brokerId : updateBrokers) {
      UpdateMetadataRequest request =
          new UpdateMetadataRequest()
              .controllerId(config.brokerId())
              .controllerEpoch(context.epoch())
              .brokerEpoch(brokerEpoch(brokerId))
              .topicStates(new ArrayList<>(topics.values()))
              .liveBrokers(brokers);
      channels.send(brokerId, ApiKey.UPDATE_METADATA, request, response -> {});
    }
  }

  private UpdateMetadataRequest.UpdateMetadataTopicState updateMetadataTopic(String topic) {
    return new UpdateMetadataRequest.UpdateMetadataTopicState()
        .topicName(topic)
        .topicId(context.topicId(topic))
        .partitionStates(new ArrayList<>());
  }

  private UpdateMetadataRequest.UpdateMetadataPartitionState metadataState(
      TopicPartition partition, PartitionState state) {
    List<Integer> replicas = context.replicas(partition);
    List<Integer> offline =
        replicas.stream().filter(id -> !context.isOnline(id, partition)).toList();
    return new UpdateMetadataRequest.UpdateMetadataPartitionState()
        .topicName(partition.topic())
        .partitionIndex(partition.partition())
        .controllerEpoch(state.controllerEpoch())
        .leader(context.isBeingDeleted(partition) ? LEADER_DURING_DELETION : state.leader())
        .leaderEpoch(state.leaderEpoch())
        .isr(state.isr())
        .zkVersion(state.znodeVersion())
        .replicas(replicas)
        .offlineReplicas(offline);
  }

  private static UpdateMetadataRequest.UpdateMetadataBroker metadataBroker(BrokerInfo broker) {
    List<UpdateMetadataRequest.UpdateMetadataEndpoint> endpoints = new ArrayList<>();
    for (BrokerEndpoint endpoint : broker.endpoints()) {
      endpoints.add(
          new UpdateMetadataRequest.UpdateMetadataEndpoint()
              .host(endpoint.host())
              .port(endpoint.port())
              .listener(endpoint.listenerName())
              .securityProtocol(securityProtocolId(endpoint.securityProtocol())));
    }
    return new UpdateMetadataRequest.UpdateMetadataBroker()
        .id(broker.id())
        .endpoints(endpoints)
        .rack(broker.rack());
  }

  /** The numbers that security protocols have on the wire. */
  private static short securityProtocolId(String name) {
    return switch (name) {
      case "PLAINTEXT" -> 0;
      case "SSL" -> 1;
      case "SASL_PLAINTEXT" -> 2;
      case "SASL_SSL" -> 3;
      default -> throw new IllegalArgumentException("unknown security protocol " + name);
    };
  }

  // ---- StopReplica

  private void sendStopReplica(int brokerId, Map<TopicPartition, Boolean> partitions) {
    if (config.versions().stopReplica() >= 3) {
      sendStopReplica(brokerId, partitions, new StopReplicaRequest());
      return;
    }
    // Up to version 2 a request either deletes all of its partitions or none.
    for (boolean delete : new boolean[] {false, true}) {
      Map<TopicPartition, Boolean> part = new LinkedHashMap<>();
      partitions.forEach((partition, deletes) -> {
        if (deletes == delete) {
          part.put(partition, deletes);
        }
      });
      if (!part.isEmpty()) {
        sendStopReplica(brokerId, part, new StopReplicaRequest().deletePartitions(delete));
      }
    }
  }

  private void sendStopReplica(
      int brokerId, Map<TopicPartition, Boolean> partitions, StopReplicaRequest request) {
    request
        .controllerId(config.brokerId())
        .controllerEpoch(context.epoch())
        .brokerEpoch(brokerEpoch(brokerId));
    if (config.versions().stopReplica() >= 3) {
      request.topicStates(stopReplicaStates(partitions));
    } else {
      request.topics(stopReplicaTopics(partitions.keySet()));
    }
    Set<TopicPartition> deleted = new LinkedHashSet<>();
    partitions.forEach((partition, deletes) -> {
      if (deletes) {
        deleted.add(partition);
      }
    });
    channels.send(
        brokerId,
        ApiKey.STOP_REPLICA,
        request,
        response -> {
          if (!deleted.isEmpty()) {
            events.accept(new ControllerEvent.ReplicaDeletionAnswered(brokerId, deleted, response));
          }
        });
  }

  private List<StopReplicaRequest.StopReplicaTopicState> stopReplicaStates(
      Map<TopicPartition, Boolean> partitions) {
    Map<String, StopReplicaRequest.StopReplicaTopicState> topics = new LinkedHashMap<>();
    partitions.forEach((partition, deletes) ->
        topics
            .computeIfAbsent(
                partition.topic(),
                topic ->
                    new StopReplicaRequest.StopReplicaTopicState()
                        .topicName(topic)
                        .partitionStates(new ArrayList<>()))
            .partitionStates()
            .add(
                new StopReplicaRequest.StopReplicaPartitionState()
                    .partitionIndex(partition.partition())
                    .leaderEpoch(stopReplicaEpoch(partition))
                    .deletePartition(deletes)));
    return new ArrayList<>(topics.values());
  }

  private int stopReplicaEpoch(TopicPartition partition) {
    if (context.isBeingDeleted(partition)) {
      return DELETION_LEADER_EPOCH;
    }
    PartitionState state = context.state(partition);
    return state == null ? NO_LEADER_EPOCH : state.leaderEpoch();
  }

  private static List<StopReplicaRequest.StopReplicaTopicV1> stopReplicaTopics(
      Set<TopicPartition> partitions) {
    Map<String, StopReplicaRequest.StopReplicaTopicV1> topics = new LinkedHashMap<>();
    for (TopicPartition partition : partitions) {
      topics
          .computeIfAbsent(
              partition.topic(),
              topic ->
                  new StopReplicaRequest.StopReplicaTopicV1()
                      .name(topic)
                      .partitionIndexes(new ArrayList<>()))
          .partitionIndexes()
          .add(partition.partition());
    }
    return new ArrayList<>(topics.values());
  }
}
