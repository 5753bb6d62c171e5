package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.odradek.protocol.acl.AclOperation;
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
  public AclOperation clusterOperation() {
    return AclOperation.CLUSTER_ACTION;
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
    List<RoleChange> changes = new ArrayList<>();
    for (LeaderAndIsrPartitionState state : request.ungroupedPartitionStates()) {
      changes.add(change(state.topicName(), Uuid.ZERO, state));
    }
    for (LeaderAndIsrTopicState topic : request.topicStates()) {
      for (LeaderAndIsrPartitionState state : topic.partitionStates()) {
        changes.add(change(topic.topicName(), topic.topicId(), state));
      }
    }
    List<ErrorCode> codes = roles.apply(changes);
    List<LeaderAndIsrPartitionError> byName = new ArrayList<>(codes.size());
    Map<Uuid, List<LeaderAndIsrPartitionError>> byId = new LinkedHashMap<>();
    for (int i = 0; i < codes.size(); i++) {
      RoleChange change = changes.get(i);
      LeaderAndIsrPartitionError answer =
          new LeaderAndIsrPartitionError()
              .topicName(change.partition().topic())
              .partitionIndex(change.partition().partition())
              .errorCode(codes.get(i).code());
      byName.add(answer);
      byId.computeIfAbsent(change.topicId(), id -> new ArrayList<>()).add(answer);
    }
    List<LeaderAndIsrTopicError> topics = new ArrayList<>();
    byId.forEach((id, errors) ->
        topics.add(new LeaderAndIsrTopicError().topicId(id).partitionErrors(errors)));
    return response.partitionErrors(byName).topics(topics);
  }

  private static RoleChange change(String topic, Uuid topicId, LeaderAndIsrPartitionState state) {
    return new RoleChange(new TopicPartition(topic, state.partitionIndex()), topicId, state);
  }

  @Override
  public LeaderAndIsrResponse error(LeaderAndIsrRequest request, short version, Throwable cause) {
    return new LeaderAndIsrResponse().errorCode(ApiException.codeOf(cause).code());
  }
}
