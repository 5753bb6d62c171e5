package org.odradek.broker.fetch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.fetch.FetchReads.Result;
import org.odradek.broker.fetch.FetchReads.Results;
import org.odradek.broker.metadata.BrokerNode;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.PartitionMetadata;
import org.odradek.broker.network.Endpoint;
import org.odradek.broker.partition.LeaderHints;
import org.odradek.broker.partition.Partition;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.FetchResponse.FetchableTopicResponse;
import org.odradek.protocol.message.FetchResponse.LeaderIdAndEpoch;
import org.odradek.protocol.message.FetchResponse.NodeEndpoint;
import org.odradek.protocol.message.FetchResponse.PartitionData;

/** Puts the answers for partitions together to the response, leaving out what a session knows. */
final class FetchResponses {

  /** The leader of the epoch, from which on a client may go on there. */
  private static final short FIRST_VERSION_WITH_LEADERS = 12;

  /** Where leaders are reached (KIP-951). */
  private static final short FIRST_VERSION_WITH_ENDPOINTS = 16;

  private FetchResponses() {}

  /** Takes over the payloads of the results. */
  static FetchResponse of(
      FetchSessions.Scope scope,
      Results results,
      ClusterMetadata metadata,
      RequestContext context) {
    LeaderHints hints = new LeaderHints(metadata, context.listenerName());
    List<FetchableTopicResponse> topics = new ArrayList<>();
    @Nullable FetchableTopicResponse topic = null;
    List<PartitionData> partitions = new ArrayList<>();
    FetchSession session = scope.session();
    for (Result result : results.results()) {
      FetchTarget target = result.target();
      PartitionData data = result.data();
      if (session != null && !session.answers(target.key(), data, !scope.incremental())) {
        continue; // without records, so there is nothing to release
      }
      if (context.version() >= FIRST_VERSION_WITH_LEADERS) {
        hint(hints, result);
      }
      if (topic == null
          || !topic.topic().equals(target.topic())
          || !topic.topicId().equals(target.topicId())) {
        partitions = new ArrayList<>();
        topic =
            new FetchableTopicResponse()
                .topic(target.topic())
                .topicId(target.topicId())
                .partitions(partitions);
        topics.add(topic);
      }
      partitions.add(data);
    }
    return new FetchResponse()
        .sessionId(scope.sessionId())
        .responses(topics)
        .nodeEndpoints(
            context.version() >= FIRST_VERSION_WITH_ENDPOINTS ? endpoints(hints) : List.of());
  }

  /** KIP-951, and before it the leader that fenced a client (KIP-595). */
  private static void hint(LeaderHints hints, Result result) {
    PartitionData data = result.data();
    TopicPartition topicPartition = result.topicPartition();
    boolean wrongLeader =
        data.errorCode() == ErrorCode.NOT_LEADER_OR_FOLLOWER.code()
            || data.errorCode() == ErrorCode.FENCED_LEADER_EPOCH.code();
    if (!wrongLeader || topicPartition == null) {
      return;
    }
    PartitionMetadata leader = hints.leaderOf(topicPartition);
    if (leader == null) {
      return;
    }
    LeaderIdAndEpoch current =
        new LeaderIdAndEpoch().leaderId(leader.leader()).leaderEpoch(leader.leaderEpoch());
    Partition partition = result.partition();
    if (partition != null && partition.state().leaderEpoch() > leader.leaderEpoch()) {
      // LeaderAndIsr comes before UpdateMetadata
      current.leaderId(partition.state().leader()).leaderEpoch(partition.state().leaderEpoch());
    }
    data.currentLeader(current);
  }

  private static List<NodeEndpoint> endpoints(LeaderHints hints) {
    if (hints.isEmpty()) {
      return List.of();
    }
    List<NodeEndpoint> endpoints = new ArrayList<>();
    for (BrokerNode broker : hints.named()) {
      Endpoint endpoint = hints.endpointOf(broker);
      endpoints.add(
          new NodeEndpoint()
              .nodeId(broker.id())
              .host(endpoint.host())
              .port(endpoint.port())
              .rack(broker.rack()));
    }
    return endpoints;
  }
}
