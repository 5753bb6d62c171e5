package org.odradek.broker.reassignment;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.controller.ReassignmentOutcome;
import org.odradek.controller.RunningReassignment;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.ListPartitionReassignmentsRequest;
import org.odradek.protocol.message.ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics;
import org.odradek.protocol.message.ListPartitionReassignmentsResponse;
import org.odradek.protocol.message.ListPartitionReassignmentsResponse.OngoingPartitionReassignment;
import org.odradek.protocol.message.ListPartitionReassignmentsResponse.OngoingTopicReassignment;

/** Lists the partitions that are being moved to other replicas (KIP-455). */
public final class ListPartitionReassignmentsHandler
    implements ApiHandler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse> {
  private final Supplier<CompletableFuture<List<RunningReassignment>>> running;

  /** {@code running}: those of the controller; fails where it is not in this process. */
  public ListPartitionReassignmentsHandler(
      Supplier<CompletableFuture<List<RunningReassignment>>> running) {
    this.running = running;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.LIST_PARTITION_REASSIGNMENTS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 0;
  }

  @Override
  public AclOperation clusterOperation() {
    return AclOperation.DESCRIBE;
  }

  @Override
  public ListPartitionReassignmentsRequest read(MessageReader in, short version) {
    return ListPartitionReassignmentsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      ListPartitionReassignmentsRequest request,
      Responder<ListPartitionReassignmentsResponse> out) {
    Set<TopicPartition> asked = asked(request);
    running
        .get()
        .whenComplete((moves, failure) ->
            out.complete(failure == null ? list(moves, asked) : failed(failure)));
  }

  /** Null when all are asked for. */
  private static @Nullable Set<TopicPartition> asked(ListPartitionReassignmentsRequest request) {
    List<ListPartitionReassignmentsTopics> topics = request.topics();
    if (topics == null) {
      return null;
    }
    Set<TopicPartition> asked = new HashSet<>();
    for (ListPartitionReassignmentsTopics topic : topics) {
      topic
          .partitionIndexes()
          .forEach(partition -> asked.add(new TopicPartition(topic.name(), partition)));
    }
    return asked;
  }

  private static ListPartitionReassignmentsResponse list(
      List<RunningReassignment> moves, @Nullable Set<TopicPartition> asked) {
    Map<String, OngoingTopicReassignment> topics = new LinkedHashMap<>();
    for (RunningReassignment move : moves) {
      TopicPartition partition = move.partition();
      if (asked == null || asked.contains(partition)) {
        topics
            .computeIfAbsent(
                partition.topic(),
                name -> new OngoingTopicReassignment().name(name).partitions(new ArrayList<>()))
            .partitions()
            .add(
                new OngoingPartitionReassignment()
                    .partitionIndex(partition.partition())
                    .replicas(move.assignment().replicas())
                    .addingReplicas(move.assignment().adding())
                    .removingReplicas(move.assignment().removing()));
      }
    }
    return new ListPartitionReassignmentsResponse().topics(new ArrayList<>(topics.values()));
  }

  private static ListPartitionReassignmentsResponse failed(Throwable cause) {
    ReassignmentOutcome failure = ReassignmentFailures.of(cause);
    return new ListPartitionReassignmentsResponse()
        .errorCode(failure.error().code())
        .errorMessage(failure.message());
  }

  @Override
  public ListPartitionReassignmentsResponse error(
      ListPartitionReassignmentsRequest request, short version, Throwable cause) {
    return failed(cause);
  }
}
