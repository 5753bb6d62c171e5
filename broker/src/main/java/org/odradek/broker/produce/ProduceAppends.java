package org.odradek.broker.produce;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.TopicRights;
import org.odradek.broker.metadata.BrokerNode;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.InternalTopics;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.broker.metadata.PartitionMetadata;
import org.odradek.broker.metadata.TopicMetadata;
import org.odradek.broker.network.Endpoint;
import org.odradek.broker.partition.LeaderHints;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.PartitionLookup;
import org.odradek.broker.partition.Partitions;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.RecordsPayload;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.ProduceRequest;
import org.odradek.protocol.message.ProduceRequest.PartitionProduceData;
import org.odradek.protocol.message.ProduceRequest.TopicProduceData;
import org.odradek.protocol.message.ProduceResponse;
import org.odradek.protocol.message.ProduceResponse.BatchIndexAndErrorMessage;
import org.odradek.protocol.message.ProduceResponse.LeaderIdAndEpoch;
import org.odradek.protocol.message.ProduceResponse.NodeEndpoint;
import org.odradek.protocol.message.ProduceResponse.PartitionProduceResponse;
import org.odradek.protocol.message.ProduceResponse.TopicProduceResponse;
import org.odradek.protocol.record.InvalidRecordsException;
import org.odradek.protocol.record.ProduceRecordsValidator;
import org.odradek.protocol.record.RecordBatchDescriptor;
import org.odradek.protocol.record.TimestampType;
import org.odradek.protocol.record.ValidatedRecords;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.AppendResult;
import org.odradek.storage.LogException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The appends of one Produce request, partition by partition, and what each is answered with. */
final class ProduceAppends {
  /** Answered instead of the base offset where nothing was appended. */
  static final long NO_OFFSET = -1;

  private static final Logger logger = LoggerFactory.getLogger(ProduceAppends.class);

  /** Before this version clients do not know KAFKA_STORAGE_ERROR, and would not try again. */
  private static final short FIRST_VERSION_WITH_STORAGE_ERROR = 4;

  /** The one client that Kafka lets write to internal topics, for tools of its own. */
  private static final String ADMIN_CLIENT_ID = "__admin_client";

  /** KIP-951. */
  private static final short FIRST_VERSION_WITH_HINTS = 10;

  /**
   * Clients of Kafka 2.8, the first that know this version, begin a new epoch when a batch fails
   * for good; those before 2.5 give its sequences to other records. What is older than the batches
   * that the log remembers, and so compares, may then not be the same.
   */
  private static final short FIRST_VERSION_OF_UNIQUE_SEQUENCES = 9;

  /** An append that is not acknowledged yet: the answer, which may still become an error. */
  record Pending(PartitionProduceResponse answer, CompletableFuture<@Nullable Void> acknowledged) {}

  private final TopicRights rights;
  private final PartitionLookup lookup;
  private final MetadataSnapshot metadata;
  private final LeaderHints hints;
  private final short version;
  private final @Nullable String clientId;
  private final short acks;
  private final long nowMs;
  private final List<Pending> pending = new ArrayList<>(0);
  private @Nullable String firstFailure;

  ProduceAppends(
      Partitions partitions,
      ClusterMetadata metadata,
      RequestContext context,
      short acks,
      long nowMs) {
    this.rights = new TopicRights(context.access(), AclOperation.WRITE);
    this.metadata = metadata.current();
    this.lookup = new PartitionLookup(partitions, this.metadata);
    this.hints = new LeaderHints(metadata, context.listenerName());
    this.version = context.version();
    this.clientId = context.clientId();
    this.acks = acks;
    this.nowMs = nowMs;
  }

  /** What {@link #appendAll} appended, and has to wait for. */
  List<Pending> pending() {
    return pending;
  }

  /** Null if all was appended. */
  @Nullable String firstFailure() {
    return firstFailure;
  }

  ProduceResponse appendAll(ProduceRequest request) {
    List<TopicProduceResponse> topics = new ArrayList<>(request.topicData().size());
    for (TopicProduceData topic : request.topicData()) {
      // From version 13 on topics come by id only.
      String name = version >= 13 ? nameOf(topic.topicId()) : topic.name();
      List<PartitionProduceResponse> answers = new ArrayList<>(topic.partitionData().size());
      for (PartitionProduceData partition : topic.partitionData()) {
        answers.add(append(name, topic.topicId(), partition));
      }
      topics.add(
          new TopicProduceResponse()
              .name(topic.name())
              .topicId(topic.topicId())
              .partitionResponses(answers));
    }
    return new ProduceResponse().responses(topics).nodeEndpoints(endpoints());
  }

  private @Nullable String nameOf(Uuid topicId) {
    TopicMetadata topic = metadata.topic(topicId);
    return topic == null ? null : topic.name();
  }

  private PartitionProduceResponse append(
      @Nullable String topic, Uuid topicId, PartitionProduceData data) {
    PartitionProduceResponse answer =
        new PartitionProduceResponse().index(data.index()).baseOffset(NO_OFFSET);
    if (topic == null) {
      return failed(answer, ErrorCode.UNKNOWN_TOPIC_ID, "there is no topic with id " + topicId);
    }
    TopicPartition topicPartition = new TopicPartition(topic, data.index());
    if (!rights.allows(topic)) {
      return failed(
          answer,
          ErrorCode.TOPIC_AUTHORIZATION_FAILED,
          "the producer may not write to " + topicPartition);
    }
    if (acks < -1 || acks > 1) {
      boolean isKnown = metadata.partition(topic, data.index()) != null;
      return failed(
          answer,
          isKnown ? ErrorCode.INVALID_REQUIRED_ACKS : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
          "there are no acks=" + acks);
    }
    if (InternalTopics.isInternal(topic) && !ADMIN_CLIENT_ID.equals(clientId)) {
      // what coordinators keep there must not be whatever a client sends
      return failed(
          answer, ErrorCode.INVALID_TOPIC_EXCEPTION, "clients do not write to " + topicPartition);
    }
    try {
      append(partitionOf(topicPartition, topicId), data, answer);
    } catch (InvalidRecordsException e) {
      failed(answer, e.errorCode(), topicPartition + ": " + e.getMessage());
      answer.errorMessage(e.getMessage()).recordErrors(onTheWire(e.recordErrors()));
    } catch (LogException e) {
      failed(answer, e.errorCode(), topicPartition + ": " + e.getMessage());
      if (e.errorCode() == ErrorCode.NOT_LEADER_OR_FOLLOWER
          && version >= FIRST_VERSION_WITH_HINTS) {
        hint(topicPartition, answer);
      }
    } catch (RuntimeException e) {
      logger.error("An append to {} failed", topicPartition, e);
      failed(answer, ErrorCode.UNKNOWN_SERVER_ERROR, topicPartition + ": " + e);
    }
    return answer;
  }

  private Partition partitionOf(TopicPartition topicPartition, Uuid topicId) {
    Partition partition = lookup.find(topicPartition);
    Uuid known = partition.topicId();
    if (version >= 13 && known != null && !known.equals(topicId)) {
      throw new LogException(
          ErrorCode.UNKNOWN_TOPIC_ID, "Its topic id is " + known + ", not " + topicId);
    }
    return partition;
  }

  private void append(
      Partition partition, PartitionProduceData data, PartitionProduceResponse answer) {
    ValidatedRecords validated =
        ProduceRecordsValidator.validate(
            buffer(data.records()), version, partition.validationSettings(), nowMs);
    if (validated.isEmpty()) {
      partition.requireLeader(-1);
      answer.logStartOffset(partition.log().logStartOffset());
      return;
    }
    ByteBuffer batch = validated.batch();
    if (RecordBatchDescriptor.isTransactional(batch, batch.position())) {
      throw new LogException(
          ErrorCode.INVALID_PRODUCER_ID_MAPPING, "This broker has no transaction coordinator");
    }
    int ledSinceEpoch = partition.ledSinceEpoch();
    AppendResult result = partition.append(batch, AppendOrigin.CLIENT, acks == -1);
    if (result.forgottenDuplicate()) {
      duplicate(answer);
    }
    answer.baseOffset(result.firstOffset()).logStartOffset(result.logStartOffset());
    if (validated.timestampType() == TimestampType.LOG_APPEND_TIME) {
      answer.logAppendTimeMs(result.duplicate() ? result.duplicateTimestampMs() : nowMs);
    }
    acknowledgeLater(partition, ledSinceEpoch, result, answer);
  }

  /** Clients take this for a success without an offset. */
  private void duplicate(PartitionProduceResponse answer) {
    if (version < FIRST_VERSION_OF_UNIQUE_SEQUENCES) {
      throw new LogException(
          ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
          "The sequences are older than those of the producer's last batches");
    }
    answer.errorCode(ErrorCode.DUPLICATE_SEQUENCE_NUMBER.code());
  }

  private void acknowledgeLater(
      Partition partition,
      int ledSinceEpoch,
      AppendResult result,
      PartitionProduceResponse answer) {
    long upToOffset = result.lastOffset() + 1;
    CompletableFuture<@Nullable Void> flushed =
        result.mustFlush() ? partition.log().flush(upToOffset).copy() : null;
    CompletableFuture<@Nullable Void> replicated =
        acks == -1 ? partition.replicated(upToOffset, ledSinceEpoch) : null;
    awaits(answer, flushed);
    awaits(answer, replicated);
  }

  /** What failed already has to be told, too. */
  private void awaits(
      PartitionProduceResponse answer, @Nullable CompletableFuture<@Nullable Void> done) {
    if (done != null && (!done.isDone() || done.isCompletedExceptionally())) {
      pending.add(new Pending(answer, done));
    }
  }

  private static ByteBuffer buffer(@Nullable RecordsPayload records) {
    return switch (records) {
      case null -> ByteBuffer.allocate(0);
      case BufferRecords inMemory -> inMemory.buffer();
      default -> {
        ByteBuffer copy = ByteBuffer.allocate(records.sizeInBytes());
        records.writeTo(copy);
        yield copy.flip();
      }
    };
  }

  private PartitionProduceResponse failed(
      PartitionProduceResponse answer, ErrorCode code, String failure) {
    if (firstFailure == null) {
      firstFailure = failure;
    }
    boolean unknownToClient =
        code == ErrorCode.KAFKA_STORAGE_ERROR && version < FIRST_VERSION_WITH_STORAGE_ERROR;
    return answer.errorCode((unknownToClient ? ErrorCode.NOT_LEADER_OR_FOLLOWER : code).code());
  }

  private static List<BatchIndexAndErrorMessage> onTheWire(
      List<InvalidRecordsException.RecordError> errors) {
    List<BatchIndexAndErrorMessage> converted = new ArrayList<>(errors.size());
    for (InvalidRecordsException.RecordError error : errors) {
      converted.add(
          new BatchIndexAndErrorMessage()
              .batchIndex(error.batchIndex())
              .batchIndexErrorMessage(error.message()));
    }
    return converted;
  }

  private void hint(TopicPartition topicPartition, PartitionProduceResponse answer) {
    PartitionMetadata leader = hints.leaderOf(topicPartition);
    if (leader != null) {
      answer.currentLeader(
          new LeaderIdAndEpoch().leaderId(leader.leader()).leaderEpoch(leader.leaderEpoch()));
    }
  }

  private List<NodeEndpoint> endpoints() {
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
