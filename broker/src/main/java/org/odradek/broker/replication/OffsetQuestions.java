package org.odradek.broker.replication;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.ListOffsetsRequest;
import org.odradek.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import org.odradek.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import org.odradek.protocol.message.ListOffsetsResponse;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse;

/**
 * What a follower asks its leader besides records: where epochs end, and where the log begins and
 * ends. Partitions that the leader leaves out of its answer count as UNKNOWN_SERVER_ERROR.
 *
 * <p>Thread-safety: asked by the fetcher; the futures complete on any thread.
 */
final class OffsetQuestions {
  private static final long LATEST = -1;
  private static final long EARLIEST = -2;

  /**
   * @param leaderEpoch of the offset; -1 where it is not known, or was not asked for
   */
  record Answer(ErrorCode error, int leaderEpoch, long offset) {
    static final Answer MISSING = new Answer(ErrorCode.UNKNOWN_SERVER_ERROR, -1, -1);
  }

  private final int brokerId;
  private final LeaderEndpoint endpoint;

  OffsetQuestions(int brokerId, LeaderEndpoint endpoint) {
    this.brokerId = brokerId;
    this.endpoint = endpoint;
  }

  /** Where the latest epoch of each log ends at the leader (KIP-279, KIP-320). */
  CompletableFuture<Map<FollowedPartition, Answer>> epochEnds(List<FollowedPartition> of) {
    Map<String, OffsetForLeaderTopic> topics = new LinkedHashMap<>();
    for (FollowedPartition each : of) {
      topics
          .computeIfAbsent(
              each.topicPartition().topic(),
              topic -> new OffsetForLeaderTopic().topic(topic).partitions(new ArrayList<>()))
          .partitions()
          .add(
              new OffsetForLeaderPartition()
                  .partition(each.topicPartition().partition())
                  .currentLeaderEpoch(each.leaderEpoch())
                  .leaderEpoch(each.lastFetchedEpoch()));
    }
    return endpoint
        .offsetsForLeaderEpoch(
            new OffsetForLeaderEpochRequest()
                .replicaId(brokerId)
                .topics(List.copyOf(topics.values())))
        .thenApply(response -> byPartition(of, epochAnswers(response)));
  }

  private static Map<TopicPartition, Answer> epochAnswers(OffsetForLeaderEpochResponse response) {
    Map<TopicPartition, Answer> answers = new HashMap<>();
    response
        .topics()
        .forEach(topic ->
            topic
                .partitions()
                .forEach(end ->
                    answers.put(
                        new TopicPartition(topic.topic(), end.partition()),
                        new Answer(
                            ErrorCode.forCode(end.errorCode()),
                            end.leaderEpoch(),
                            end.endOffset()))));
    return answers;
  }

  /** Where the leader's logs end. */
  CompletableFuture<Map<FollowedPartition, Answer>> logEnds(List<FollowedPartition> of) {
    return listOffsets(of, LATEST);
  }

  /** Where the leader's logs begin. */
  CompletableFuture<Map<FollowedPartition, Answer>> logStarts(List<FollowedPartition> of) {
    return listOffsets(of, EARLIEST);
  }

  private CompletableFuture<Map<FollowedPartition, Answer>> listOffsets(
      List<FollowedPartition> of, long timestamp) {
    Map<String, ListOffsetsTopic> topics = new LinkedHashMap<>();
    for (FollowedPartition each : of) {
      topics
          .computeIfAbsent(
              each.topicPartition().topic(),
              topic -> new ListOffsetsTopic().name(topic).partitions(new ArrayList<>()))
          .partitions()
          .add(
              new ListOffsetsPartition()
                  .partitionIndex(each.topicPartition().partition())
                  .currentLeaderEpoch(each.leaderEpoch())
                  .timestamp(timestamp));
    }
    return endpoint
        .listOffsets(
            new ListOffsetsRequest().replicaId(brokerId).topics(List.copyOf(topics.values())))
        .thenApply(response -> byPartition(of, offsetAnswers(response)));
  }

  private static Map<TopicPartition, Answer> offsetAnswers(ListOffsetsResponse response) {
    Map<TopicPartition, Answer> answers = new HashMap<>();
    response
        .topics()
        .forEach(topic ->
            topic
                .partitions()
                .forEach(found ->
                    answers.put(
                        new TopicPartition(topic.name(), found.partitionIndex()),
                        new Answer(
                            ErrorCode.forCode(found.errorCode()),
                            found.leaderEpoch(),
                            found.offset()))));
    return answers;
  }

  private static Map<FollowedPartition, Answer> byPartition(
      List<FollowedPartition> of, Map<TopicPartition, Answer> answers) {
    Map<FollowedPartition, Answer> found = new LinkedHashMap<>();
    for (FollowedPartition each : of) {
      found.put(each, answers.getOrDefault(each.topicPartition(), Answer.MISSING));
    }
    return found;
  }
}
