package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.api.TopicRights;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse.EpochEndOffset;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult;
import org.odradek.storage.LogException;

/** Tells where leader epochs end, so that clients and followers find where logs split (KIP-320). */
public final class OffsetForLeaderEpochHandler
    implements ApiHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse> {
  private final Partitions partitions;
  private final ClusterMetadata metadata;

  public OffsetForLeaderEpochHandler(Partitions partitions, ClusterMetadata metadata) {
    this.partitions = partitions;
    this.metadata = metadata;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.OFFSET_FOR_LEADER_EPOCH;
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
  public OffsetForLeaderEpochRequest read(MessageReader in, short version) {
    return OffsetForLeaderEpochRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      OffsetForLeaderEpochRequest request,
      Responder<OffsetForLeaderEpochResponse> out) {
    Access access = context.access();
    boolean isBroker =
        access.allowsQuietly(
            AclOperation.CLUSTER_ACTION, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME);
    TopicRights rights = new TopicRights(access, AclOperation.DESCRIBE);
    PartitionLookup lookup = new PartitionLookup(partitions, metadata.current());
    List<OffsetForLeaderTopicResult> topics = new ArrayList<>();
    for (OffsetForLeaderTopic topic : request.topics()) {
      List<EpochEndOffset> answers = new ArrayList<>();
      for (OffsetForLeaderPartition partition : topic.partitions()) {
        answers.add(
            isBroker || rights.allows(topic.topic())
                ? answer(lookup, topic.topic(), partition)
                : new EpochEndOffset()
                    .partition(partition.partition())
                    .errorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code()));
      }
      topics.add(new OffsetForLeaderTopicResult().topic(topic.topic()).partitions(answers));
    }
    out.complete(new OffsetForLeaderEpochResponse().topics(topics));
  }

  private static EpochEndOffset answer(
      PartitionLookup lookup, String topic, OffsetForLeaderPartition asked) {
    EpochEndOffset answer = new EpochEndOffset().partition(asked.partition());
    try {
      Partition partition =
          lookup.leader(new TopicPartition(topic, asked.partition()), asked.currentLeaderEpoch());
      org.odradek.storage.EpochEndOffset end = partition.log().epochEndOffset(asked.leaderEpoch());
      return answer.leaderEpoch(end.leaderEpoch()).endOffset(end.endOffset());
    } catch (LogException e) {
      return answer.errorCode(e.errorCode().code());
    }
  }

  @Override
  public OffsetForLeaderEpochResponse error(
      OffsetForLeaderEpochRequest request, short version, Throwable cause) {
    ErrorCode code = Errors.codeOf(cause);
    List<OffsetForLeaderTopicResult> topics = new ArrayList<>();
    for (OffsetForLeaderTopic topic : request.topics()) {
      List<EpochEndOffset> answers = new ArrayList<>();
      for (OffsetForLeaderPartition partition : topic.partitions()) {
        answers.add(new EpochEndOffset().partition(partition.partition()).errorCode(code.code()));
      }
      topics.add(new OffsetForLeaderTopicResult().topic(topic.topic()).partitions(answers));
    }
    return new OffsetForLeaderEpochResponse().topics(topics);
  }
}
