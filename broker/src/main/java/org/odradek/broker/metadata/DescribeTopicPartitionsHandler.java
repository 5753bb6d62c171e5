package org.odradek.broker.metadata;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.AuthorizedOperations;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.controller.topic.TopicNames;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.DescribeTopicPartitionsRequest;
import org.odradek.protocol.message.DescribeTopicPartitionsResponse;
import org.odradek.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition;
import org.odradek.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;
import org.odradek.protocol.message.MetadataResponse.MetadataResponsePartition;
import org.odradek.protocol.message.MetadataResponse.MetadataResponseTopic;

/**
 * Topics and partitions by pages (KIP-966): at most so many partitions in one answer, in order of
 * topic names, with a cursor at which to go on.
 *
 * <p>There are no eligible leader replicas in a cluster with ZooKeeper. Those lists are empty, not
 * null, though the schema allows it: the admin clients up to 4.3 fail on null.
 */
public final class DescribeTopicPartitionsHandler
    implements ApiHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse> {
  /** The Metadata version whose rules for leaders and replicas hold here. */
  private static final short METADATA_VERSION = 12;

  private final ClusterMetadata metadata;
  private final IntSupplier partitionLimit;

  /**
   * @param partitionLimit {@code max.request.partition.size.limit}
   */
  public DescribeTopicPartitionsHandler(ClusterMetadata metadata, IntSupplier partitionLimit) {
    this.metadata = metadata;
    this.partitionLimit = partitionLimit;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DESCRIBE_TOPIC_PARTITIONS;
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
  public DescribeTopicPartitionsRequest read(MessageReader in, short version) {
    return DescribeTopicPartitionsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      DescribeTopicPartitionsRequest request,
      Responder<DescribeTopicPartitionsResponse> out) {
    Access access = context.access();
    MetadataSnapshot snapshot = metadata.current();
    boolean all = request.topics().isEmpty();
    SortedSet<String> names = new TreeSet<>();
    if (all) {
      names.addAll(snapshot.topicsByName().keySet());
      names.removeIf(
          name -> !access.allowsQuietly(AclOperation.DESCRIBE, ResourceType.TOPIC, name));
    } else {
      request.topics().forEach(topic -> names.add(topic.name()));
    }
    DescribeTopicPartitionsRequest.@Nullable Cursor cursor = request.cursor();
    checkCursor(cursor, all, names);
    int limit = Math.max(1, Math.min(partitionLimit.getAsInt(), request.responsePartitionLimit()));
    TopicAnswers answers =
        new TopicAnswers(snapshot, context.listenerName(), METADATA_VERSION, true, access);
    out.complete(
        page(
            access,
            snapshot,
            answers,
            cursor == null ? names : names.tailSet(cursor.topicName()),
            cursor,
            limit));
  }

  private static void checkCursor(
      DescribeTopicPartitionsRequest.@Nullable Cursor cursor,
      boolean all,
      SortedSet<String> names) {
    if (cursor == null) {
      return;
    }
    if (cursor.partitionIndex() < 0) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "The cursor is at partition " + cursor.partitionIndex() + ", which cannot be");
    }
    if (!all && !names.contains(cursor.topicName())) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "The cursor is at topic " + cursor.topicName() + ", which is not asked for");
    }
  }

  private static DescribeTopicPartitionsResponse page(
      Access access,
      MetadataSnapshot snapshot,
      TopicAnswers answers,
      SortedSet<String> names,
      DescribeTopicPartitionsRequest.@Nullable Cursor cursor,
      int limit) {
    List<DescribeTopicPartitionsResponseTopic> topics = new ArrayList<>();
    DescribeTopicPartitionsResponse response = new DescribeTopicPartitionsResponse().topics(topics);
    int left = limit;
    for (String name : names) {
      int first = cursor != null && cursor.topicName().equals(name) ? cursor.partitionIndex() : 0;
      if (left == 0) {
        return response.nextCursor(cursor(name, first));
      }
      if (!access.allowsOnTopic(AclOperation.DESCRIBE, name)) {
        topics.add(shown(answers.unauthorized(name), List.of()));
        continue;
      }
      TopicMetadata topic = snapshot.topic(name);
      if (topic == null) {
        topics.add(
            shown(
                answers.unknown(
                    name,
                    TopicNames.problem(name) == null
                        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                        : ErrorCode.INVALID_TOPIC_EXCEPTION),
                List.of()));
        continue;
      }
      MetadataResponseTopic whole = answers.known(topic);
      List<MetadataResponsePartition> wanted =
          whole.partitions().stream().filter(p -> p.partitionIndex() >= first).toList();
      List<MetadataResponsePartition> fitting = wanted.subList(0, Math.min(left, wanted.size()));
      topics.add(shown(whole, fitting));
      left -= fitting.size();
      if (fitting.size() < wanted.size()) {
        return response.nextCursor(cursor(name, wanted.get(fitting.size()).partitionIndex()));
      }
    }
    return response;
  }

  private static DescribeTopicPartitionsResponse.Cursor cursor(String topic, int partition) {
    return new DescribeTopicPartitionsResponse.Cursor().topicName(topic).partitionIndex(partition);
  }

  private static DescribeTopicPartitionsResponseTopic shown(
      MetadataResponseTopic topic, List<MetadataResponsePartition> partitions) {
    List<DescribeTopicPartitionsResponsePartition> shown = new ArrayList<>(partitions.size());
    for (MetadataResponsePartition partition : partitions) {
      shown.add(
          new DescribeTopicPartitionsResponsePartition()
              .errorCode(partition.errorCode())
              .partitionIndex(partition.partitionIndex())
              .leaderId(partition.leaderId())
              .leaderEpoch(partition.leaderEpoch())
              .replicaNodes(partition.replicaNodes())
              .isrNodes(partition.isrNodes())
              .eligibleLeaderReplicas(List.of())
              .lastKnownElr(List.of())
              .offlineReplicas(partition.offlineReplicas()));
    }
    return new DescribeTopicPartitionsResponseTopic()
        .errorCode(topic.errorCode())
        .name(topic.name())
        .topicId(topic.topicId())
        .isInternal(topic.isInternal())
        .partitions(shown)
        .topicAuthorizedOperations(topic.topicAuthorizedOperations());
  }

  @Override
  public DescribeTopicPartitionsResponse error(
      DescribeTopicPartitionsRequest request, short version, Throwable cause) {
    short code = ApiException.codeOf(cause).code();
    List<DescribeTopicPartitionsResponseTopic> topics = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    request.topics().forEach(topic -> names.add(topic.name()));
    if (names.isEmpty()) { // all were asked for; the response has no other place for the code
      names.add(request.cursor() == null ? "" : request.cursor().topicName());
    }
    for (String name : names) {
      topics.add(
          new DescribeTopicPartitionsResponseTopic()
              .errorCode(code)
              .name(name)
              .topicAuthorizedOperations(AuthorizedOperations.NOT_ASKED));
    }
    return new DescribeTopicPartitionsResponse().topics(topics);
  }
}
