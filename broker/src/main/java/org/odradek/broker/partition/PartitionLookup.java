package org.odradek.broker.partition;

import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.storage.LogException;

/**
 * Finds the partitions that a request names, or the error that Kafka gives for those that are not
 * here.
 *
 * <p>Thread-safety: immutable, for one request.
 */
public record PartitionLookup(Partitions partitions, MetadataSnapshot metadata) {

  /**
   * @throws LogException NOT_LEADER_OR_FOLLOWER if other brokers have it, else
   *     UNKNOWN_TOPIC_OR_PARTITION
   */
  public Partition find(TopicPartition topicPartition) {
    Partition partition = partitions.find(topicPartition);
    if (partition == null) {
      boolean elsewhere =
          metadata.partition(topicPartition.topic(), topicPartition.partition()) != null;
      throw new LogException(
          elsewhere ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
          "Broker " + partitions.brokerId() + " has no replica of " + topicPartition);
    }
    return partition;
  }

  /**
   * A replica here, whoever leads (KIP-392).
   *
   * @throws LogException as {@link #find} and {@link Partition#requireReplicaHere} do
   */
  public Partition replica(TopicPartition topicPartition, int clientLeaderEpoch) {
    Partition partition = find(topicPartition);
    partition.requireReplicaHere(clientLeaderEpoch);
    return partition;
  }

  /**
   * @param clientLeaderEpoch what the client believes, -1 if it does not say
   * @throws LogException as {@link #find} and {@link Partition#requireLeader} do
   */
  public Partition leader(TopicPartition topicPartition, int clientLeaderEpoch) {
    Partition partition = find(topicPartition);
    partition.requireLeader(clientLeaderEpoch);
    return partition;
  }
}
