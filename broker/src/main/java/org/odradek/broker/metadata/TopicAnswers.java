package org.odradek.broker.metadata;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.AuthorizedOperations;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.MetadataResponse.MetadataResponsePartition;
import org.odradek.protocol.message.MetadataResponse.MetadataResponseTopic;

/**
 * What a Metadata response says of one topic, as of one snapshot, to a client of one listener.
 *
 * <p>Older versions are told less: until version 5 a leader that has no such listener is called
 * unavailable, and version 0 does not hear of replicas that are not alive.
 */
final class TopicAnswers {
  private static final short FIRST_VERSION_WITH_LISTENER_ERRORS = 6;

  private final MetadataSnapshot snapshot;
  private final String listenerName;
  private final short version;
  private final boolean operationsAsked;
  private final Access access;

  TopicAnswers(
      MetadataSnapshot snapshot,
      String listenerName,
      short version,
      boolean operationsAsked,
      Access access) {
    this.snapshot = snapshot;
    this.listenerName = listenerName;
    this.version = version;
    this.operationsAsked = operationsAsked;
    this.access = access;
  }

  MetadataResponseTopic known(TopicMetadata topic) {
    List<MetadataResponsePartition> partitions = new ArrayList<>(topic.partitions().size());
    for (PartitionMetadata partition : topic.partitions()) {
      partitions.add(partition(partition));
    }
    return new MetadataResponseTopic()
        .errorCode(ErrorCode.NONE.code())
        .name(topic.name())
        .topicId(topic.id())
        .isInternal(InternalTopics.isInternal(topic.name()))
        .partitions(partitions)
        .topicAuthorizedOperations(
            AuthorizedOperations.ofTopic(operationsAsked, access, topic.name()));
  }

  MetadataResponseTopic unknown(String name, ErrorCode code) {
    return new MetadataResponseTopic()
        .errorCode(code.code())
        .name(name)
        .isInternal(InternalTopics.isInternal(name))
        .topicAuthorizedOperations(AuthorizedOperations.NOT_ASKED);
  }

  /** To who may not describe a topic nothing is told of it, also not whether it is there. */
  MetadataResponseTopic unauthorized(String name) {
    return new MetadataResponseTopic()
        .errorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code())
        .name(name)
        .topicAuthorizedOperations(AuthorizedOperations.NOT_ASKED);
  }

  /** As {@link #unauthorized}; who knows an id does not learn the name by it. */
  MetadataResponseTopic unauthorizedId(Uuid id) {
    return new MetadataResponseTopic()
        .errorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code())
        .name(null)
        .topicId(id)
        .topicAuthorizedOperations(AuthorizedOperations.NOT_ASKED);
  }

  MetadataResponseTopic unknownId(Uuid id) {
    return new MetadataResponseTopic()
        .errorCode(ErrorCode.UNKNOWN_TOPIC_ID.code())
        .name(null)
        .topicId(id);
  }

  private MetadataResponsePartition partition(PartitionMetadata partition) {
    List<Integer> replicas = shown(partition.replicas());
    List<Integer> isr = shown(partition.isr());
    ErrorCode error = leaderError(partition.leader());
    if (error == ErrorCode.NONE
        && (replicas.size() < partition.replicas().size() || isr.size() < partition.isr().size())) {
      error = ErrorCode.REPLICA_NOT_AVAILABLE;
    }
    return new MetadataResponsePartition()
        .errorCode(error.code())
        .partitionIndex(partition.partition())
        .leaderId(
            isReachable(partition.leader()) ? partition.leader() : PartitionMetadata.NO_LEADER)
        .leaderEpoch(partition.leaderEpoch())
        .replicaNodes(replicas)
        .isrNodes(isr)
        .offlineReplicas(offline(partition));
  }

  private ErrorCode leaderError(int leader) {
    if (isReachable(leader)) {
      return ErrorCode.NONE;
    }
    return snapshot.isAlive(leader) && version >= FIRST_VERSION_WITH_LISTENER_ERRORS
        ? ErrorCode.LISTENER_NOT_FOUND
        : ErrorCode.LEADER_NOT_AVAILABLE;
  }

  private boolean isReachable(int brokerId) {
    @Nullable BrokerNode broker = snapshot.brokers().get(brokerId);
    return broker != null && broker.endpoints().containsKey(listenerName);
  }

  private List<Integer> shown(List<Integer> replicas) {
    return version == 0 ? replicas.stream().filter(this::isReachable).toList() : replicas;
  }

  private List<Integer> offline(PartitionMetadata partition) {
    List<Integer> offline = new ArrayList<>();
    for (int replica : partition.replicas()) {
      if (partition.offlineReplicas().contains(replica) || !isReachable(replica)) {
        offline.add(replica);
      }
    }
    return offline;
  }
}
