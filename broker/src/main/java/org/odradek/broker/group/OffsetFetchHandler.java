package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
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
import org.odradek.protocol.Uuid;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.OffsetFetchRequest;
import org.odradek.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import org.odradek.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import org.odradek.protocol.message.OffsetFetchResponse;
import org.odradek.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import org.odradek.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import org.odradek.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;

/**
 * Tells committed offsets: of one group until version 7, of several since version 8 (KIP-709), by
 * topic id since version 10. Everything is worked out in the newest shape; {@link
 * OffsetFetchOneGroup} turns the older ones into it and back.
 */
public final class OffsetFetchHandler
    implements ApiHandler<OffsetFetchRequest, OffsetFetchResponse> {
  private static final short FIRST_VERSION_WITH_GROUPS = 8;
  private static final short FIRST_VERSION_WITH_TOPIC_IDS = 10;
  private static final long NO_OFFSET = -1;
  private static final int NO_LEADER_EPOCH = -1;

  private final GroupCoordinator coordinator;
  private final ClusterMetadata metadata;

  public OffsetFetchHandler(GroupCoordinator coordinator, ClusterMetadata metadata) {
    this.coordinator = coordinator;
    this.metadata = metadata;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.OFFSET_FETCH;
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
  public OffsetFetchRequest read(MessageReader in, short version) {
    return OffsetFetchRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, OffsetFetchRequest request, Responder<OffsetFetchResponse> out) {
    short version = context.version();
    List<OffsetFetchRequestGroup> groups =
        version >= FIRST_VERSION_WITH_GROUPS
            ? request.groups()
            : List.of(OffsetFetchOneGroup.asGroup(request));
    boolean byId = version >= FIRST_VERSION_WITH_TOPIC_IDS;
    Access access = context.access();
    TopicRights rights = new TopicRights(access, AclOperation.DESCRIBE);
    MetadataSnapshot snapshot = metadata.current();
    Gathering.<OffsetFetchRequestGroup, OffsetFetchResponseGroup>ask(
        groups,
        (group, reply) -> {
          if (!access.allowsOnGroup(AclOperation.DESCRIBE, group.groupId())) {
            reply.accept(failed(group, ErrorCode.GROUP_AUTHORIZATION_FAILED));
            return;
          }
          Asked asked = Asked.of(group, byId, snapshot, rights);
          coordinator.fetch(
              group.groupId(),
              asked.partitions(),
              request.requireStable(),
              fetched ->
                  reply.accept(
                      fetched.error() == ErrorCode.NONE
                          ? answer(group, asked, fetched.offsets(), byId, snapshot, access)
                          : failed(group, fetched.error())));
        },
        answers -> out.complete(response(request, version, answers)));
  }

  /**
   * The topics of a request by name.
   *
   * @param errors for each topic asked for, NONE for those whose partitions are looked up
   * @param partitions what to look up, null for everything there is
   */
  private record Asked(List<ErrorCode> errors, @Nullable List<TopicPartition> partitions) {
    static Asked of(
        OffsetFetchRequestGroup group,
        boolean byId,
        MetadataSnapshot snapshot,
        TopicRights rights) {
      List<OffsetFetchRequestTopics> topics = group.topics();
      if (topics == null) {
        return new Asked(List.of(), null);
      }
      List<ErrorCode> errors = new ArrayList<>(topics.size());
      List<TopicPartition> partitions = new ArrayList<>();
      for (OffsetFetchRequestTopics topic : topics) {
        String name = byId ? snapshot.topicNames().get(topic.topicId()) : topic.name();
        if (name == null) {
          errors.add(ErrorCode.UNKNOWN_TOPIC_ID);
        } else if (!rights.allows(name)) {
          errors.add(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        } else {
          errors.add(ErrorCode.NONE);
          topic.partitionIndexes().forEach(p -> partitions.add(new TopicPartition(name, p)));
        }
      }
      return new Asked(errors, partitions);
    }
  }

  private static OffsetFetchResponseGroup answer(
      OffsetFetchRequestGroup group,
      Asked asked,
      List<FetchedOffset> fetched,
      boolean byId,
      MetadataSnapshot snapshot,
      Access access) {
    List<OffsetFetchRequestTopics> topics = group.topics();
    OffsetFetchResponseGroup answer = new OffsetFetchResponseGroup().groupId(group.groupId());
    if (topics == null) {
      return answer.topics(everything(fetched, byId, snapshot, access));
    }
    List<OffsetFetchResponseTopics> answers = new ArrayList<>(topics.size());
    int next = 0;
    for (int i = 0; i < topics.size(); i++) {
      OffsetFetchRequestTopics topic = topics.get(i);
      List<OffsetFetchResponsePartitions> partitions =
          new ArrayList<>(topic.partitionIndexes().size());
      for (int partition : topic.partitionIndexes()) {
        partitions.add(
            asked.errors().get(i) == ErrorCode.NONE
                ? partition(fetched.get(next++))
                : partition(partition, asked.errors().get(i), null));
      }
      answers.add(
          new OffsetFetchResponseTopics()
              .name(topic.name())
              .topicId(topic.topicId())
              .partitions(partitions));
    }
    return answer.topics(answers);
  }

  /**
   * By topic; without those that the client may not describe, and, when ids are what it wants,
   * without those that have none.
   */
  private static List<OffsetFetchResponseTopics> everything(
      List<FetchedOffset> fetched, boolean byId, MetadataSnapshot snapshot, Access access) {
    Map<String, OffsetFetchResponseTopics> byTopic = new LinkedHashMap<>();
    for (FetchedOffset offset : fetched) {
      String name = offset.partition().topic();
      TopicMetadata topic = byId ? snapshot.topic(name) : null;
      if ((byId && topic == null)
          || !access.allowsQuietly(AclOperation.DESCRIBE, ResourceType.TOPIC, name)) {
        continue;
      }
      byTopic
          .computeIfAbsent(
              name,
              key ->
                  new OffsetFetchResponseTopics()
                      .name(key)
                      .topicId(topic == null ? Uuid.ZERO : topic.id())
                      .partitions(new ArrayList<>()))
          .partitions()
          .add(partition(offset));
    }
    return List.copyOf(byTopic.values());
  }

  private static OffsetFetchResponsePartitions partition(FetchedOffset fetched) {
    return partition(fetched.partition().partition(), fetched.error(), fetched.committed());
  }

  private static OffsetFetchResponsePartitions partition(
      int partition, ErrorCode error, @Nullable CommittedOffset committed) {
    return new OffsetFetchResponsePartitions()
        .partitionIndex(partition)
        .committedOffset(committed == null ? NO_OFFSET : committed.offset())
        .committedLeaderEpoch(committed == null ? NO_LEADER_EPOCH : committed.leaderEpoch())
        .metadata(committed == null ? "" : committed.metadata())
        .errorCode(error.code());
  }

  private static OffsetFetchResponseGroup failed(OffsetFetchRequestGroup group, ErrorCode error) {
    return new OffsetFetchResponseGroup().groupId(group.groupId()).errorCode(error.code());
  }

  private static OffsetFetchResponse response(
      OffsetFetchRequest request, short version, List<OffsetFetchResponseGroup> answers) {
    return version >= FIRST_VERSION_WITH_GROUPS
        ? new OffsetFetchResponse().groups(answers)
        : OffsetFetchOneGroup.response(request, version, answers.getFirst());
  }

  @Override
  public OffsetFetchResponse error(OffsetFetchRequest request, short version, Throwable cause) {
    ErrorCode error = ApiException.codeOf(cause);
    List<OffsetFetchRequestGroup> groups =
        version >= FIRST_VERSION_WITH_GROUPS
            ? request.groups()
            : List.of(OffsetFetchOneGroup.asGroup(request));
    return response(request, version, groups.stream().map(group -> failed(group, error)).toList());
  }
}
