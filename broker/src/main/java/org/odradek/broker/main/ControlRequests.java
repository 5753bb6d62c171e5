package org.odradek.broker.main;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.UpdateMetadataHandler;
import org.odradek.broker.partition.LeaderAndIsrHandler;
import org.odradek.broker.partition.StopReplicaHandler;
import org.odradek.controller.ControlRequestSender;
import org.odradek.controller.config.ConfigStore;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.StopReplicaRequest;
import org.odradek.protocol.message.UpdateMetadataRequest;

/**
 * Brings the requests of the controller in this process to the handlers of this broker, in order,
 * on a thread that may wait.
 */
final class ControlRequests implements ControlRequestSender {
  private final int brokerId;
  private final LeaderAndIsrHandler leaderAndIsr;
  private final StopReplicaHandler stopReplica;
  private final UpdateMetadataHandler updateMetadata;
  private final ClusterMetadata metadata;
  private final ConfigStore configStore;
  private final DynamicConfigs configs;
  private final Executor thread;

  ControlRequests(
      int brokerId,
      LeaderAndIsrHandler leaderAndIsr,
      StopReplicaHandler stopReplica,
      UpdateMetadataHandler updateMetadata,
      ClusterMetadata metadata,
      ConfigStore configStore,
      DynamicConfigs configs,
      Executor thread) {
    this.brokerId = brokerId;
    this.leaderAndIsr = leaderAndIsr;
    this.stopReplica = stopReplica;
    this.updateMetadata = updateMetadata;
    this.metadata = metadata;
    this.configStore = configStore;
    this.configs = configs;
    this.thread = thread;
  }

  @Override
  public CompletableFuture<Message> send(
      int receiver, ApiKey apiKey, short version, Message request) {
    if (receiver != brokerId) {
      return CompletableFuture.failedFuture(
          new UnsupportedOperationException(
              "broker " + receiver + ": requests to other brokers are not there yet"));
    }
    return switch (request) {
      case LeaderAndIsrRequest roles ->
          topicConfigs(roles).thenApplyAsync(done -> leaderAndIsr.apply(roles), thread);
      case StopReplicaRequest ends ->
          CompletableFuture.supplyAsync(() -> stopReplica.apply(ends), thread);
      case UpdateMetadataRequest news ->
          CompletableFuture.supplyAsync(() -> updateMetadata.apply(news), thread);
      default ->
          CompletableFuture.failedFuture(
              new IllegalArgumentException(apiKey + " is not a control request"));
    };
  }

  /** Topics that are new here are made with their settings, of which no change tells. */
  private CompletableFuture<Void> topicConfigs(LeaderAndIsrRequest request) {
    Set<String> fresh = new HashSet<>();
    request.topicStates().forEach(topic -> fresh.add(topic.topicName()));
    request.ungroupedPartitionStates().forEach(state -> fresh.add(state.topicName()));
    fresh.removeIf(topic -> metadata.current().topic(topic) != null);
    if (fresh.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<ConfigEntity> entities = new ArrayList<>();
    fresh.forEach(topic -> entities.add(ConfigEntity.topic(topic)));
    return configStore
        .readAll(entities)
        .thenAccept(settings ->
            settings.forEach((entity, overrides) -> {
              String topic = entity.topicName();
              if (topic != null) {
                configs.noteTopic(topic, overrides);
              }
            }));
  }
}
