package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.List;
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
import org.odradek.protocol.message.DescribeProducersRequest;
import org.odradek.protocol.message.DescribeProducersRequest.TopicRequest;
import org.odradek.protocol.message.DescribeProducersResponse;
import org.odradek.protocol.message.DescribeProducersResponse.PartitionResponse;
import org.odradek.protocol.message.DescribeProducersResponse.ProducerState;
import org.odradek.protocol.message.DescribeProducersResponse.TopicResponse;
import org.odradek.storage.LogException;
import org.odradek.storage.ProducerStatus;

/** Tells which idempotent producers partitions remember (KIP-664). */
public final class DescribeProducersHandler
    implements ApiHandler<DescribeProducersRequest, DescribeProducersResponse> {
  private final Partitions partitions;
  private final ClusterMetadata metadata;

  public DescribeProducersHandler(Partitions partitions, ClusterMetadata metadata) {
    this.partitions = partitions;
    this.metadata = metadata;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DESCRIBE_PRODUCERS;
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
  public DescribeProducersRequest read(MessageReader in, short version) {
    return DescribeProducersRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      DescribeProducersRequest request,
      Responder<DescribeProducersResponse> out) {
    TopicRights rights = new TopicRights(context.access(), AclOperation.READ);
    PartitionLookup lookup = new PartitionLookup(partitions, metadata.current());
    List<TopicResponse> topics = new ArrayList<>();
    for (TopicRequest topic : request.topics()) {
      List<PartitionResponse> answers = new ArrayList<>();
      for (int partition : topic.partitionIndexes()) {
        answers.add(
            rights.allows(topic.name())
                ? answer(lookup, new TopicPartition(topic.name(), partition))
                : new PartitionResponse()
                    .partitionIndex(partition)
                    .errorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code()));
      }
      topics.add(new TopicResponse().name(topic.name()).partitions(answers));
    }
    out.complete(new DescribeProducersResponse().topics(topics));
  }

  private static PartitionResponse answer(PartitionLookup lookup, TopicPartition topicPartition) {
    PartitionResponse answer = new PartitionResponse().partitionIndex(topicPartition.partition());
    try {
      List<ProducerState> producers = new ArrayList<>();
      for (ProducerStatus producer : lookup.leader(topicPartition, -1).log().producers()) {
        producers.add(
            new ProducerState()
                .producerId(producer.producerId())
                .producerEpoch(producer.producerEpoch())
                .lastSequence(producer.lastSequence())
                .lastTimestamp(producer.lastTimestampMs())
                .coordinatorEpoch(producer.coordinatorEpoch())
                .currentTxnStartOffset(producer.currentTransactionStartOffset()));
      }
      return answer.activeProducers(producers);
    } catch (LogException e) {
      return answer.errorCode(e.errorCode().code()).errorMessage(e.getMessage());
    }
  }

  @Override
  public DescribeProducersResponse error(
      DescribeProducersRequest request, short version, Throwable cause) {
    ErrorCode code = Errors.codeOf(cause);
    List<TopicResponse> topics = new ArrayList<>();
    for (TopicRequest topic : request.topics()) {
      List<PartitionResponse> answers = new ArrayList<>();
      for (int partition : topic.partitionIndexes()) {
        answers.add(new PartitionResponse().partitionIndex(partition).errorCode(code.code()));
      }
      topics.add(new TopicResponse().name(topic.name()).partitions(answers));
    }
    return new DescribeProducersResponse().topics(topics);
  }
}
