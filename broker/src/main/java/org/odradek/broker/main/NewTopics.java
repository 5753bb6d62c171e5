package org.odradek.broker.main;

import java.util.Map;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.GroupKeys;
import org.odradek.broker.config.TransactionKeys;
import org.odradek.broker.metadata.InternalTopics;
import org.odradek.controller.topic.NewTopic;

/** What a topic is like that is created because somebody needs it. */
final class NewTopics {
  private NewTopics() {}

  static NewTopic describe(String name, BrokerConfig config) {
    return switch (name) {
      case InternalTopics.CONSUMER_OFFSETS ->
          NewTopic.of(
              name,
              config.value(GroupKeys.OFFSETS_TOPIC_NUM_PARTITIONS),
              config.value(GroupKeys.OFFSETS_TOPIC_REPLICATION_FACTOR),
              Map.of(
                  "cleanup.policy", "compact",
                  "compression.type", "producer",
                  "segment.bytes",
                      String.valueOf(config.value(GroupKeys.OFFSETS_TOPIC_SEGMENT_BYTES))));
      case InternalTopics.TRANSACTION_STATE ->
          NewTopic.of(
              name,
              config.value(TransactionKeys.TRANSACTION_STATE_LOG_NUM_PARTITIONS),
              config.value(TransactionKeys.TRANSACTION_STATE_LOG_REPLICATION_FACTOR),
              Map.of(
                  "cleanup.policy", "compact",
                  "compression.type", "uncompressed",
                  "unclean.leader.election.enable", "false",
                  "min.insync.replicas",
                      String.valueOf(config.value(TransactionKeys.TRANSACTION_STATE_LOG_MIN_ISR)),
                  "segment.bytes",
                      String.valueOf(
                          config.value(TransactionKeys.TRANSACTION_STATE_LOG_SEGMENT_BYTES))));
      default -> NewTopic.of(name, NewTopic.BY_DEFAULT, NewTopic.BY_DEFAULT, Map.of());
    };
  }
}
