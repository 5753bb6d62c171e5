package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrPartitionState;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrTopicState;
import org.odradek.protocol.message.LeaderAndIsrResponse;
import org.odradek.protocol.message.LeaderAndIsrResponse.LeaderAndIsrPartitionError;
import org.odradek.protocol.message.LeaderAndIsrResponse.LeaderAndIsrTopicError;

/** The controller tells which replicas this broker has, and who leads them. */
public final class LeaderAndIsrHandler
    implements ApiHandler<LeaderAndIsrRequest, LeaderAndIsrResponse> {
  private final ReplicaRoles roles;
  private final ControlFence fence;
  private final ControlOrder order;

  public LeaderAndIsrHandler(ReplicaRoles roles, ControlFence fence, ControlOrder order) {
    this.roles = roles;
    this.fence = fence;
    this.order = order;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.LEADER_AND_ISR;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 7;
  }

  @Override
  public LeaderAndIsrRequest read(MessageReader in, short version) {
    return LeaderAndIsrRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, LeaderAndIsrRequest request, Responder<LeaderAndIsrResponse> out) {
    submit(request)
        .whenComplete((response, failure) -> {
          if (response == null) {
            out.complete(error(request, context.version(), failure));
          } else if (context.version() >= 5) {
            // versions 0 to 4 answer by topic name in one list, later ones by topic id
            out.complete(response.partitionErrors(List.of()));
          } else {
            out.complete(response.topics(List.of()));
          }
        });
  }

  /** The way in for a controller of the same process; answers in both shapes. */
  public CompletableFuture<LeaderAndIsrResponse> submit(LeaderAndIsrRequest request) {
    Set<String> topics = new HashSet<>();
    request.topicStates().forEach(topic -> topics.add(topic.topicName()));
    request.ungroupedPartitionStates().forEach(state -> topics.add(state.topicName()));
    return order.runKnowing(topics, () -> apply(request));
  }

  /** In its turn; makes folders and files. */
  public LeaderAndIsrResponse apply(LeaderAndIsrRequest request) {
    ErrorCode admitted = fence.admit(request.controllerEpoch(), request.brokerEpoch());
    LeaderAndIsrResponse response = new LeaderAndIsrResponse().errorCode(admitted.code());
    if (admitted != ErrorCode.NONE) {
      return response;
    }
    List<LeaderAndIsrPartitionError> byName = new ArrayList<>();
    List<LeaderAndIsrTopicError> byId = new ArrayList<>();
    for (LeaderAndIsrPartitionState state : request.ungroupedPartitionStates()) {
      byName.add(apply(state.topicName(), Uuid.ZERO, state));
    }
    for (LeaderAndIsrTopicState topic : request.topicStates()) {
      List<LeaderAndIsrPartitionError> errors = new ArrayList<>();
      for (LeaderAndIsrPartitionState state : topic.partitionStates()) {
        errors.add(apply(topic.topicName(), topic.topicId(), state));
      }
      byName.addAll(errors);
      byId.add(new LeaderAndIsrTopicError().topicId(topic.topicId()).partitionErrors(errors));
    }
    return response.partitionErrors(byName).topics(byId);
  }

  private LeaderAndIsrPartitionError apply(
      String topic, Uuid topicId, LeaderAndIsrPartitionState state) {
    ErrorCode code = roles.apply(new TopicPartition(topic, state.partitionIndex()), topicId, state);
    return new LeaderAndIsrPartitionError()
        .topicName(topic)
        .partitionIndex(state.partitionIndex())
        .errorCode(code.code());
  }

  @Override
  public LeaderAndIsrResponse error(LeaderAndIsrRequest request, short version, Throwable cause) {
    return new LeaderAndIsrResponse().errorCode(ApiException.codeOf(cause).code());
  }
}
