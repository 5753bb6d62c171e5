package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.api.TopicRights;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.InternalTopics;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.DeleteRecordsRequest;
import org.odradek.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import org.odradek.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import org.odradek.protocol.message.DeleteRecordsResponse;
import org.odradek.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import org.odradek.protocol.message.DeleteRecordsResponse.DeleteRecordsTopicResult;
import org.odradek.storage.LogException;
import org.odradek.storage.PartitionLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the start of partitions up (KIP-107), and answers once all live replicas have followed, or
 * the time allowed is over.
 */
public final class DeleteRecordsHandler
    implements ApiHandler<DeleteRecordsRequest, DeleteRecordsResponse> {
  private static final Logger logger = LoggerFactory.getLogger(DeleteRecordsHandler.class);

  /** Asks for everything up to the high watermark. */
  private static final long TO_HIGH_WATERMARK = -1;

  private static final long NO_LOW_WATERMARK = -1;

  private final Partitions partitions;
  private final ClusterMetadata metadata;
  private final WaitTimer timer;

  public DeleteRecordsHandler(Partitions partitions, ClusterMetadata metadata, WaitTimer timer) {
    this.partitions = partitions;
    this.metadata = metadata;
    this.timer = timer;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DELETE_RECORDS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 2;
  }

  /** Deletes segments. */
  @Override
  public Execution execution() {
    return Execution.WORKER;
  }

  @Override
  public DeleteRecordsRequest read(MessageReader in, short version) {
    return DeleteRecordsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, DeleteRecordsRequest request, Responder<DeleteRecordsResponse> out) {
    TopicRights rights = new TopicRights(context.access(), AclOperation.DELETE);
    PartitionLookup lookup = new PartitionLookup(partitions, metadata.current());
    List<DeleteRecordsTopicResult> topics = new ArrayList<>();
    List<LowWatermarkWait.Wanted> wanted = new ArrayList<>();
    for (DeleteRecordsTopic topic : request.topics()) {
      List<DeleteRecordsPartitionResult> answers = new ArrayList<>();
      for (DeleteRecordsPartition partition : topic.partitions()) {
        answers.add(
            rights.allows(topic.name())
                ? answer(lookup, topic.name(), partition, wanted)
                : failed(partition, ErrorCode.TOPIC_AUTHORIZATION_FAILED));
      }
      topics.add(new DeleteRecordsTopicResult().name(topic.name()).partitions(answers));
    }
    DeleteRecordsResponse response = new DeleteRecordsResponse().topics(topics);
    new LowWatermarkWait(wanted, () -> out.complete(response))
        .awaitUpTo(Math.max(0, request.timeoutMs()), timer);
  }

  private static DeleteRecordsPartitionResult answer(
      PartitionLookup lookup,
      String topic,
      DeleteRecordsPartition asked,
      List<LowWatermarkWait.Wanted> wanted) {
    try {
      DeleteRecordsPartitionResult answer =
          new DeleteRecordsPartitionResult().partitionIndex(asked.partitionIndex());
      wanted.add(delete(lookup, topic, asked, answer));
      return answer;
    } catch (LogException e) {
      return failed(asked, e.errorCode());
    } catch (RuntimeException e) {
      logger.error(
          "Deleting the records of {}-{} below {} failed",
          topic,
          asked.partitionIndex(),
          asked.offset(),
          e);
      return failed(asked, ErrorCode.UNKNOWN_SERVER_ERROR);
    }
  }

  private static LowWatermarkWait.Wanted delete(
      PartitionLookup lookup,
      String topic,
      DeleteRecordsPartition asked,
      DeleteRecordsPartitionResult answer) {
    if (InternalTopics.isInternal(topic)) {
      throw new LogException(
          ErrorCode.INVALID_TOPIC_EXCEPTION,
          "Records of internal topics are not deleted: " + topic);
    }
    Partition partition = lookup.leader(new TopicPartition(topic, asked.partitionIndex()), -1);
    PartitionLog log = partition.log();
    if (!log.config().deleted()) {
      throw new LogException(
          ErrorCode.POLICY_VIOLATION, "cleanup.policy of " + topic + " is not delete");
    }
    long highWatermark = log.highWatermark();
    long offset = asked.offset() == TO_HIGH_WATERMARK ? highWatermark : asked.offset();
    if (offset < 0 || offset > highWatermark) {
      throw new LogException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "Offset %d is outside of 0 to the high watermark %d".formatted(offset, highWatermark));
    }
    if (offset > log.logStartOffset()) {
      log.deleteRecordsBefore(offset);
    }
    return new LowWatermarkWait.Wanted(partition, offset, answer);
  }

  private static DeleteRecordsPartitionResult failed(DeleteRecordsPartition asked, ErrorCode code) {
    return new DeleteRecordsPartitionResult()
        .partitionIndex(asked.partitionIndex())
        .lowWatermark(NO_LOW_WATERMARK)
        .errorCode(code.code());
  }

  @Override
  public DeleteRecordsResponse error(DeleteRecordsRequest request, short version, Throwable cause) {
    ErrorCode code = Errors.codeOf(cause);
    List<DeleteRecordsTopicResult> topics = new ArrayList<>();
    for (DeleteRecordsTopic topic : request.topics()) {
      topics.add(
          new DeleteRecordsTopicResult()
              .name(topic.name())
              .partitions(topic.partitions().stream().map(p -> failed(p, code)).toList()));
    }
    return new DeleteRecordsResponse().topics(topics);
  }
}
