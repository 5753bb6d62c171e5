package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.metadata.ControlOrder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.StopReplicaRequest;
import org.odradek.protocol.message.StopReplicaRequest.StopReplicaPartitionState;
import org.odradek.protocol.message.StopReplicaRequest.StopReplicaPartitionV0;
import org.odradek.protocol.message.StopReplicaRequest.StopReplicaTopicState;
import org.odradek.protocol.message.StopReplicaRequest.StopReplicaTopicV1;
import org.odradek.protocol.message.StopReplicaResponse;
import org.odradek.protocol.message.StopReplicaResponse.StopReplicaPartitionError;

/** The controller ends replicas of this broker, with or without their logs. */
public final class StopReplicaHandler
    implements ApiHandler<StopReplicaRequest, StopReplicaResponse> {
  private final ReplicaRoles roles;
  private final ControlFence fence;
  private final ControlOrder order;

  public StopReplicaHandler(ReplicaRoles roles, ControlFence fence, ControlOrder order) {
    this.roles = roles;
    this.fence = fence;
    this.order = order;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.STOP_REPLICA;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 4;
  }

  @Override
  public AclOperation clusterOperation() {
    return AclOperation.CLUSTER_ACTION;
  }

  @Override
  public StopReplicaRequest read(MessageReader in, short version) {
    return StopReplicaRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, StopReplicaRequest request, Responder<StopReplicaResponse> out) {
    submit(request)
        .whenComplete((response, failure) ->
            out.complete(response == null ? error(request, context.version(), failure) : response));
  }

  /** The way in for a controller of the same process. */
  public CompletableFuture<StopReplicaResponse> submit(StopReplicaRequest request) {
    return order.run(() -> apply(request));
  }

  /** In its turn; renames folders. */
  public StopReplicaResponse apply(StopReplicaRequest request) {
    ErrorCode admitted = fence.admit(request.controllerEpoch(), request.brokerEpoch());
    List<StopReplicaPartitionError> errors = new ArrayList<>();
    if (admitted == ErrorCode.NONE) {
      List<ReplicaEnd> ends = ends(request);
      List<ErrorCode> codes = roles.stop(ends);
      for (int i = 0; i < codes.size(); i++) {
        TopicPartition partition = ends.get(i).partition();
        errors.add(
            new StopReplicaPartitionError()
                .topicName(partition.topic())
                .partitionIndex(partition.partition())
                .errorCode(codes.get(i).code()));
      }
    }
    return new StopReplicaResponse().errorCode(admitted.code()).partitionErrors(errors);
  }

  /** The shape changed twice; a request has the lists of its own version only. */
  private static List<ReplicaEnd> ends(StopReplicaRequest request) {
    List<ReplicaEnd> ends = new ArrayList<>();
    boolean deleteAll = request.deletePartitions();
    for (StopReplicaPartitionV0 partition : request.ungroupedPartitions()) {
      ends.add(
          new ReplicaEnd(
              new TopicPartition(partition.topicName(), partition.partitionIndex()),
              ReplicaEnd.NO_LEADER_EPOCH,
              deleteAll));
    }
    for (StopReplicaTopicV1 topic : request.topics()) {
      for (int index : topic.partitionIndexes()) {
        ends.add(
            new ReplicaEnd(
                new TopicPartition(topic.name(), index), ReplicaEnd.NO_LEADER_EPOCH, deleteAll));
      }
    }
    for (StopReplicaTopicState topic : request.topicStates()) {
      for (StopReplicaPartitionState state : topic.partitionStates()) {
        ends.add(
            new ReplicaEnd(
                new TopicPartition(topic.topicName(), state.partitionIndex()),
                state.leaderEpoch(),
                state.deletePartition()));
      }
    }
    return ends;
  }

  @Override
  public StopReplicaResponse error(StopReplicaRequest request, short version, Throwable cause) {
    return new StopReplicaResponse().errorCode(ApiException.codeOf(cause).code());
  }
}
