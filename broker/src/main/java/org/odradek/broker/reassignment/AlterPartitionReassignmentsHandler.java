package org.odradek.broker.reassignment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.controller.ReassignmentOutcome;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.AlterPartitionReassignmentsRequest;
import org.odradek.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import org.odradek.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import org.odradek.protocol.message.AlterPartitionReassignmentsResponse;
import org.odradek.protocol.message.AlterPartitionReassignmentsResponse.ReassignablePartitionResponse;
import org.odradek.protocol.message.AlterPartitionReassignmentsResponse.ReassignableTopicResponse;

/** Begins moves of partitions to other replicas, and cancels them (KIP-455). */
public final class AlterPartitionReassignmentsHandler
    implements ApiHandler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse> {

  /** The controller of this process; fails where it is not the one of the cluster. */
  @FunctionalInterface
  public interface Reassigner {
    /** {@code targets} without replicas are cancelled. */
    CompletableFuture<Map<TopicPartition, ReassignmentOutcome>> alter(
        Map<TopicPartition, Optional<List<Integer>>> targets, boolean mayChangeFactor);
  }

  private final Reassigner reassigner;

  public AlterPartitionReassignmentsHandler(Reassigner reassigner) {
    this.reassigner = reassigner;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.ALTER_PARTITION_REASSIGNMENTS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 1;
  }

  @Override
  public AclOperation clusterOperation() {
    return AclOperation.ALTER;
  }

  @Override
  public AlterPartitionReassignmentsRequest read(MessageReader in, short version) {
    return AlterPartitionReassignmentsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      AlterPartitionReassignmentsRequest request,
      Responder<AlterPartitionReassignmentsResponse> out) {
    Map<TopicPartition, Optional<List<Integer>>> targets = new LinkedHashMap<>();
    for (ReassignableTopic topic : request.topics()) {
      for (ReassignablePartition partition : topic.partitions()) {
        targets.put(
            new TopicPartition(topic.name(), partition.partitionIndex()),
            Optional.ofNullable(partition.replicas()));
      }
    }
    reassigner
        .alter(targets, request.allowReplicationFactorChange())
        .whenComplete((outcomes, failure) ->
            out.complete(failure == null ? done(request, outcomes) : failed(request, failure)));
  }

  private static AlterPartitionReassignmentsResponse done(
      AlterPartitionReassignmentsRequest request,
      Map<TopicPartition, ReassignmentOutcome> outcomes) {
    Map<String, ReassignableTopicResponse> topics = new LinkedHashMap<>();
    outcomes.forEach((partition, outcome) ->
        topics
            .computeIfAbsent(
                partition.topic(),
                name -> new ReassignableTopicResponse().name(name).partitions(new ArrayList<>()))
            .partitions()
            .add(
                new ReassignablePartitionResponse()
                    .partitionIndex(partition.partition())
                    .errorCode(outcome.error().code())
                    .errorMessage(outcome.message())));
    return new AlterPartitionReassignmentsResponse()
        .allowReplicationFactorChange(request.allowReplicationFactorChange())
        .responses(new ArrayList<>(topics.values()));
  }

  /** The failure of the whole is also told for each partition, as Kafka does. */
  private static AlterPartitionReassignmentsResponse failed(
      AlterPartitionReassignmentsRequest request, Throwable cause) {
    ReassignmentOutcome failure = ReassignmentFailures.of(cause);
    Function<ReassignablePartition, ReassignablePartitionResponse> failed =
        partition ->
            new ReassignablePartitionResponse()
                .partitionIndex(partition.partitionIndex())
                .errorCode(failure.error().code())
                .errorMessage(failure.message());
    return new AlterPartitionReassignmentsResponse()
        .allowReplicationFactorChange(request.allowReplicationFactorChange())
        .errorCode(failure.error().code())
        .errorMessage(failure.message())
        .responses(
            request.topics().stream()
                .map(topic ->
                    new ReassignableTopicResponse()
                        .name(topic.name())
                        .partitions(topic.partitions().stream().map(failed).toList()))
                .toList());
  }

  @Override
  public AlterPartitionReassignmentsResponse error(
      AlterPartitionReassignmentsRequest request, short version, Throwable cause) {
    return failed(request, cause);
  }
}
