package org.odradek.broker.topic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.controller.Controller;
import org.odradek.controller.LeaderElection;
import org.odradek.controller.topic.TopicException;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.ElectLeadersRequest;
import org.odradek.protocol.message.ElectLeadersRequest.TopicPartitions;
import org.odradek.protocol.message.ElectLeadersResponse;
import org.odradek.protocol.message.ElectLeadersResponse.PartitionResult;
import org.odradek.protocol.message.ElectLeadersResponse.ReplicaElectionResult;

/**
 * Elects preferred leaders, or such that are not in sync (KIP-183, KIP-460). Answers when this
 * broker's metadata shows the new leaders. When all partitions are asked for, those that need no
 * election are left out of the answer.
 */
public final class ElectLeadersHandler
    implements ApiHandler<ElectLeadersRequest, ElectLeadersResponse> {
  private static final short FIRST_VERSION_WITH_ERROR = 1;

  private final Controller controller;
  private final ClusterMetadata metadata;
  private final TopicWaits waits;

  public ElectLeadersHandler(Controller controller, ClusterMetadata metadata) {
    this.controller = controller;
    this.metadata = metadata;
    this.waits = new TopicWaits(metadata);
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.ELECT_LEADERS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 2;
  }

  @Override
  public AclOperation clusterOperation() {
    return AclOperation.ALTER;
  }

  @Override
  public ElectLeadersRequest read(MessageReader in, short version) {
    return ElectLeadersRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, ElectLeadersRequest request, Responder<ElectLeadersResponse> out) {
    LeaderElection.Type type = type(request.electionType());
    if (type == null) {
      out.complete(
          all(
              request,
              context.version(),
              new TopicErrors(
                  ErrorCode.INVALID_REQUEST,
                  "There is no election type " + request.electionType() + ".")));
      return;
    }
    controller
        .electLeaders(type, partitions(request))
        .thenCompose(results -> untilKnown(results, request.timeoutMs()))
        .whenComplete((results, failure) ->
            out.complete(
                failure == null
                    ? answer(request, results)
                    : all(request, context.version(), of(failure))));
  }

  private static LeaderElection.@Nullable Type type(byte electionType) {
    return switch (electionType) {
      case 0 -> LeaderElection.Type.PREFERRED;
      case 1 -> LeaderElection.Type.UNCLEAN;
      default -> null;
    };
  }

  private static @Nullable Set<TopicPartition> partitions(ElectLeadersRequest request) {
    List<TopicPartitions> topics = request.topicPartitions();
    if (topics == null) {
      return null;
    }
    Set<TopicPartition> partitions = new LinkedHashSet<>();
    topics.forEach(topic ->
        topic
            .partitions()
            .forEach(index -> partitions.add(new TopicPartition(topic.topic(), index))));
    return partitions;
  }

  /** Waits for the metadata of this broker, and gives an error for what is not there in time. */
  private CompletableFuture<Map<TopicPartition, TopicErrors>> untilKnown(
      Map<TopicPartition, LeaderElection> elections, int timeoutMs) {
    Map<TopicPartition, TopicErrors> results = new LinkedHashMap<>();
    Map<TopicPartition, Integer> leaders = new HashMap<>();
    elections.forEach((partition, election) -> {
      results.put(partition, new TopicErrors(election.error(), election.message()));
      if (election.error() == ErrorCode.NONE) {
        leaders.put(partition, election.leader());
      }
    });
    if (leaders.isEmpty()) {
      return CompletableFuture.completedFuture(results);
    }
    return waits
        .untilLedBy(leaders, timeoutMs)
        .thenApply(inTime -> {
          if (!inTime) {
            leaders.forEach((partition, leader) -> {
              if (!isLedBy(partition, leader)) {
                results.put(partition, TopicErrors.TIMED_OUT);
              }
            });
          }
          return results;
        });
  }

  private boolean isLedBy(TopicPartition partition, int leader) {
    return TopicWaits.isLedBy(metadata.current(), partition, leader);
  }

  private static ElectLeadersResponse answer(
      ElectLeadersRequest request, Map<TopicPartition, TopicErrors> results) {
    Map<TopicPartition, TopicErrors> told = new LinkedHashMap<>(results);
    if (request.topicPartitions() == null) {
      told.values().removeIf(result -> result.code() == ErrorCode.ELECTION_NOT_NEEDED);
    }
    return response(told);
  }

  private static ElectLeadersResponse response(Map<TopicPartition, TopicErrors> results) {
    Map<String, ReplicaElectionResult> topics = new LinkedHashMap<>();
    results.forEach((partition, result) ->
        topics
            .computeIfAbsent(
                partition.topic(),
                topic ->
                    new ReplicaElectionResult().topic(topic).partitionResult(new ArrayList<>()))
            .partitionResult()
            .add(
                new PartitionResult()
                    .partitionId(partition.partition())
                    .errorCode(result.code().code())
                    .errorMessage(result.message())));
    return new ElectLeadersResponse().replicaElectionResults(List.copyOf(topics.values()));
  }

  /** The same error for the whole, and for each of the partitions, as version 0 has only those. */
  private static ElectLeadersResponse all(
      ElectLeadersRequest request, short version, TopicErrors error) {
    Map<TopicPartition, TopicErrors> results = new LinkedHashMap<>();
    Set<TopicPartition> partitions = partitions(request);
    if (partitions != null) {
      partitions.forEach(partition -> results.put(partition, error));
    }
    ElectLeadersResponse response = response(results);
    return version < FIRST_VERSION_WITH_ERROR ? response : response.errorCode(error.code().code());
  }

  private static TopicErrors of(Throwable failure) {
    return Failures.cause(failure) instanceof TopicException refusal
        ? new TopicErrors(refusal.error(), refusal.getMessage())
        : TopicErrors.of(failure);
  }

  @Override
  public ElectLeadersResponse error(ElectLeadersRequest request, short version, Throwable cause) {
    return all(request, version, TopicErrors.of(cause));
  }
}
