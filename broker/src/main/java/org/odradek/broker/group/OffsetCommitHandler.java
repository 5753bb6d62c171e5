package org.odradek.broker.group;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.api.TopicRights;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.broker.metadata.TopicMetadata;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.OffsetCommitRequest;
import org.odradek.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import org.odradek.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import org.odradek.protocol.message.OffsetCommitResponse;
import org.odradek.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import org.odradek.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;

/**
 * Commits offsets, by topic id since version 10. Version 0, with which Kafka's brokers wrote to
 * ZooKeeper, is kept with all others: its clients see no difference, and the tools see its offsets.
 */
public final class OffsetCommitHandler
    implements ApiHandler<OffsetCommitRequest, OffsetCommitResponse> {
  private static final short FIRST_VERSION_WITH_TOPIC_IDS = 10;
  private static final long UNSET = -1;

  private final GroupCoordinator coordinator;
  private final ClusterMetadata metadata;
  private final InstantSource clock;

  public OffsetCommitHandler(
      GroupCoordinator coordinator, ClusterMetadata metadata, InstantSource clock) {
    this.coordinator = coordinator;
    this.metadata = metadata;
    this.clock = clock;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.OFFSET_COMMIT;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 10;
  }

  @Override
  public OffsetCommitRequest read(MessageReader in, short version) {
    return OffsetCommitRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, OffsetCommitRequest request, Responder<OffsetCommitResponse> out) {
    context.access().require(AclOperation.READ, ResourceType.GROUP, request.groupId());
    TopicRights rights = new TopicRights(context.access(), AclOperation.READ);
    boolean byId = context.version() >= FIRST_VERSION_WITH_TOPIC_IDS;
    MetadataSnapshot snapshot = metadata.current();
    List<OffsetCommitCall.Commit> commits = new ArrayList<>();
    List<OffsetCommitResponsePartition> committed = new ArrayList<>();
    List<OffsetCommitResponseTopic> topics = new ArrayList<>(request.topics().size());
    for (OffsetCommitRequestTopic asked : request.topics()) {
      TopicMetadata topic = byId ? snapshot.topic(asked.topicId()) : snapshot.topic(asked.name());
      List<OffsetCommitResponsePartition> answers = new ArrayList<>(asked.partitions().size());
      for (OffsetCommitRequestPartition partition : asked.partitions()) {
        OffsetCommitResponsePartition answer =
            new OffsetCommitResponsePartition().partitionIndex(partition.partitionIndex());
        answers.add(answer);
        if (topic == null && byId) {
          answer.errorCode(ErrorCode.UNKNOWN_TOPIC_ID.code());
        } else if (!rights.allows(topic == null ? asked.name() : topic.name())) {
          answer.errorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code());
        } else if (topic == null || topic.partition(partition.partitionIndex()) == null) {
          answer.errorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
        } else {
          committed.add(answer);
          commits.add(
              new OffsetCommitCall.Commit(
                  new TopicPartition(topic.name(), partition.partitionIndex()),
                  offset(request, partition)));
        }
      }
      topics.add(
          new OffsetCommitResponseTopic()
              .name(asked.name())
              .topicId(asked.topicId())
              .partitions(answers));
    }
    OffsetCommitResponse response = new OffsetCommitResponse().topics(topics);
    if (commits.isEmpty()) {
      out.complete(response);
      return;
    }
    coordinator.commit(
        new OffsetCommitCall(
            request.groupId(),
            new MemberIdentity(request.memberId(), request.groupInstanceId()),
            request.generationIdOrMemberEpoch(),
            commits),
        errors -> {
          for (int i = 0; i < committed.size(); i++) {
            committed.get(i).errorCode(errors.get(i).code());
          }
          out.complete(response);
        });
  }

  /**
   * Version 1 brings the time of the commit, versions 2 to 4 how long to keep the offset; all
   * others leave both to the broker.
   */
  private CommittedOffset offset(
      OffsetCommitRequest request, OffsetCommitRequestPartition partition) {
    long nowMs = clock.millis();
    String text = partition.committedMetadata();
    return new CommittedOffset(
        partition.committedOffset(),
        partition.committedLeaderEpoch(),
        text == null ? "" : text,
        partition.commitTimestamp() == UNSET ? nowMs : partition.commitTimestamp(),
        request.retentionTimeMs() == UNSET
            ? CommittedOffset.NO_TIMESTAMP
            : nowMs + request.retentionTimeMs());
  }

  @Override
  public OffsetCommitResponse error(OffsetCommitRequest request, short version, Throwable cause) {
    short code = ApiException.codeOf(cause).code();
    List<OffsetCommitResponseTopic> topics = new ArrayList<>(request.topics().size());
    for (OffsetCommitRequestTopic asked : request.topics()) {
      List<OffsetCommitResponsePartition> answers = new ArrayList<>(asked.partitions().size());
      for (OffsetCommitRequestPartition partition : asked.partitions()) {
        answers.add(
            new OffsetCommitResponsePartition()
                .partitionIndex(partition.partitionIndex())
                .errorCode(code));
      }
      topics.add(
          new OffsetCommitResponseTopic()
              .name(asked.name())
              .topicId(asked.topicId())
              .partitions(answers));
    }
    return new OffsetCommitResponse().topics(topics);
  }
}
