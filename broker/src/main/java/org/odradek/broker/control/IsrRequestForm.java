package org.odradek.broker.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionRequest.BrokerState;
import org.odradek.protocol.message.AlterPartitionRequest.PartitionData;
import org.odradek.protocol.message.AlterPartitionRequest.TopicData;
import org.odradek.protocol.message.AlterPartitionResponse;

/**
 * The forms that AlterPartition has had: topics by name (0, 1) or by id (2, 3), the ISR as ids (0
 * to 2) or with broker epochs (3).
 */
final class IsrRequestForm {
  private static final short LAST_BY_NAME = 1;
  private static final short FIRST_WITH_EPOCHS = 3;

  private IsrRequestForm() {}

  /** The version in which a request can be made: topics without ids need an older one. */
  static short version(AlterPartitionRequest request, short wanted) {
    boolean allHaveIds =
        request.topics().stream().noneMatch(topic -> topic.topicId().equals(Uuid.ZERO));
    return allHaveIds ? wanted : (short) Math.min(wanted, LAST_BY_NAME);
  }

  /** A copy of the request with what this version has. */
  static AlterPartitionRequest of(
      AlterPartitionRequest full, short version, int brokerId, long brokerEpoch) {
    List<TopicData> topics = new ArrayList<>();
    for (TopicData topic : full.topics()) {
      List<PartitionData> partitions = new ArrayList<>();
      for (PartitionData partition : topic.partitions()) {
        partitions.add(partition(partition, version));
      }
      topics.add(
          new TopicData()
              .topicName(topic.topicName())
              .topicId(topic.topicId())
              .partitions(partitions));
    }
    return new AlterPartitionRequest().brokerId(brokerId).brokerEpoch(brokerEpoch).topics(topics);
  }

  private static PartitionData partition(PartitionData full, short version) {
    PartitionData made =
        new PartitionData()
            .partitionIndex(full.partitionIndex())
            .leaderEpoch(full.leaderEpoch())
            .leaderRecoveryState(version >= 1 ? full.leaderRecoveryState() : 0)
            .partitionEpoch(full.partitionEpoch());
    boolean hasEpochs = full.newIsr().isEmpty();
    if (version >= FIRST_WITH_EPOCHS) {
      return made.newIsrWithEpochs(
          hasEpochs
              ? full.newIsrWithEpochs()
              : full.newIsr().stream().map(id -> new BrokerState().brokerId(id)).toList());
    }
    return made.newIsr(
        hasEpochs
            ? full.newIsrWithEpochs().stream().map(BrokerState::brokerId).toList()
            : full.newIsr());
  }

  /** Gives the topics of the answer the names and ids that they have in the request. */
  static AlterPartitionResponse complete(
      AlterPartitionResponse response, AlterPartitionRequest request) {
    Map<Uuid, String> names = new HashMap<>();
    Map<String, Uuid> ids = new HashMap<>();
    for (TopicData topic : request.topics()) {
      names.put(topic.topicId(), topic.topicName());
      ids.put(topic.topicName(), topic.topicId());
    }
    for (AlterPartitionResponse.TopicData topic : response.topics()) {
      if (topic.topicName().isEmpty()) {
        topic.topicName(names.getOrDefault(topic.topicId(), ""));
      } else if (topic.topicId().equals(Uuid.ZERO)) {
        topic.topicId(ids.getOrDefault(topic.topicName(), Uuid.ZERO));
      }
    }
    return response;
  }
}
