package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.api.TopicRights;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.OffsetDeleteRequest;
import org.odradek.protocol.message.OffsetDeleteResponse;
import org.odradek.protocol.message.OffsetDeleteResponse.OffsetDeleteResponsePartition;
import org.odradek.protocol.message.OffsetDeleteResponse.OffsetDeleteResponseTopic;

/** Removes offsets of a group that does not consume them any more (KIP-496). */
public final class OffsetDeleteHandler
    implements ApiHandler<OffsetDeleteRequest, OffsetDeleteResponse> {
  private final GroupCoordinator coordinator;
  private final ClusterMetadata metadata;

  public OffsetDeleteHandler(GroupCoordinator coordinator, ClusterMetadata metadata) {
    this.coordinator = coordinator;
    this.metadata = metadata;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.OFFSET_DELETE;
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
  public OffsetDeleteRequest read(MessageReader in, short version) {
    return OffsetDeleteRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, OffsetDeleteRequest request, Responder<OffsetDeleteResponse> out) {
    context.access().require(AclOperation.DELETE, ResourceType.GROUP, request.groupId());
    TopicRights rights = new TopicRights(context.access(), AclOperation.READ);
    MetadataSnapshot snapshot = metadata.current();
    List<TopicPartition> known = new ArrayList<>();
    List<OffsetDeleteResponsePartition> deleted = new ArrayList<>();
    List<OffsetDeleteResponseTopic> topics = new ArrayList<>(request.topics().size());
    for (OffsetDeleteRequest.OffsetDeleteRequestTopic asked : request.topics()) {
      List<OffsetDeleteResponsePartition> answers = new ArrayList<>(asked.partitions().size());
      for (OffsetDeleteRequest.OffsetDeleteRequestPartition partition : asked.partitions()) {
        OffsetDeleteResponsePartition answer =
            new OffsetDeleteResponsePartition().partitionIndex(partition.partitionIndex());
        answers.add(answer);
        if (!rights.allows(asked.name())) {
          answer.errorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code());
        } else if (snapshot.partition(asked.name(), partition.partitionIndex()) != null) {
          deleted.add(answer);
          known.add(new TopicPartition(asked.name(), partition.partitionIndex()));
        } else {
          answer.errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
        }
      }
      topics.add(new OffsetDeleteResponseTopic().name(asked.name()).partitions(answers));
    }
    coordinator.deleteOffsets(
        request.groupId(),
        known,
        deletion -> {
          if (deletion.error() != ErrorCode.NONE) {
            out.complete(new OffsetDeleteResponse().errorCode(deletion.error().code()));
            return;
          }
          for (int i = 0; i < deleted.size(); i++) {
            deleted.get(i).errorCode(deletion.errors().get(i).code());
          }
          out.complete(new OffsetDeleteResponse().topics(topics));
        });
  }

  @Override
  public OffsetDeleteResponse error(OffsetDeleteRequest request, short version, Throwable cause) {
    return new OffsetDeleteResponse().errorCode(ApiException.codeOf(cause).code());
  }
}
