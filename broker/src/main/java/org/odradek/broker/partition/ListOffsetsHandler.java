package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
import org.odradek.protocol.message.ListOffsetsRequest;
import org.odradek.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import org.odradek.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import org.odradek.protocol.message.ListOffsetsResponse;
import org.odradek.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import org.odradek.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import org.odradek.storage.LogException;
import org.odradek.storage.PartitionLog;
import org.odradek.storage.TimestampedOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up offsets by time, and the ends of partitions. */
public final class ListOffsetsHandler
    implements ApiHandler<ListOffsetsRequest, ListOffsetsResponse> {
  private static final Logger logger = LoggerFactory.getLogger(ListOffsetsHandler.class);

  private static final long LATEST = -1;
  private static final long EARLIEST = -2;
  private static final long MAX_TIMESTAMP = -3;
  private static final long EARLIEST_LOCAL = -4;
  private static final long LATEST_TIERED = -5;
  private static final long EARLIEST_PENDING_UPLOAD = -6;

  private static final int CONSUMER = -1;

  /** May ask any replica, and sees to the log end. */
  private static final int DEBUGGING_TOOL = -2;

  private static final short FIRST_VERSION_WITH_OFFSET_NOT_AVAILABLE = 5;
  private static final TimestampedOffset NONE = new TimestampedOffset(-1, -1, -1);

  private final Partitions partitions;
  private final ClusterMetadata metadata;

  public ListOffsetsHandler(Partitions partitions, ClusterMetadata metadata) {
    this.partitions = partitions;
    this.metadata = metadata;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.LIST_OFFSETS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 11;
  }

  /** Searches indexes and segments. */
  @Override
  public Execution execution() {
    return Execution.WORKER;
  }

  @Override
  public ListOffsetsRequest read(MessageReader in, short version) {
    return ListOffsetsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, ListOffsetsRequest request, Responder<ListOffsetsResponse> out) {
    TopicRights rights = new TopicRights(context.access(), AclOperation.DESCRIBE);
    PartitionLookup lookup = new PartitionLookup(partitions, metadata.current());
    Set<TopicPartition> seen = new HashSet<>();
    Set<TopicPartition> twice = new HashSet<>();
    for (ListOffsetsTopic topic : request.topics()) {
      for (ListOffsetsPartition partition : topic.partitions()) {
        TopicPartition named = new TopicPartition(topic.name(), partition.partitionIndex());
        if (!seen.add(named)) {
          twice.add(named);
        }
      }
    }
    List<ListOffsetsTopicResponse> topics = new ArrayList<>();
    for (ListOffsetsTopic topic : request.topics()) {
      List<ListOffsetsPartitionResponse> answers = new ArrayList<>();
      for (ListOffsetsPartition partition : topic.partitions()) {
        TopicPartition named = new TopicPartition(topic.name(), partition.partitionIndex());
        answers.add(answer(rights, twice, lookup, named, partition, request, context.version()));
      }
      topics.add(new ListOffsetsTopicResponse().name(topic.name()).partitions(answers));
    }
    out.complete(new ListOffsetsResponse().topics(topics));
  }

  private static ListOffsetsPartitionResponse answer(
      TopicRights rights,
      Set<TopicPartition> twice,
      PartitionLookup lookup,
      TopicPartition topicPartition,
      ListOffsetsPartition asked,
      ListOffsetsRequest request,
      short version) {
    if (!rights.allows(topicPartition.topic())) {
      return failed(asked, ErrorCode.TOPIC_AUTHORIZATION_FAILED);
    }
    return version > 0 && twice.contains(topicPartition)
        ? failed(asked, ErrorCode.INVALID_REQUEST)
        : answer(lookup, topicPartition, asked, request, version);
  }

  private static ListOffsetsPartitionResponse answer(
      PartitionLookup lookup,
      TopicPartition topicPartition,
      ListOffsetsPartition asked,
      ListOffsetsRequest request,
      short version) {
    try {
      if (!knows(version, asked.timestamp())) {
        return failed(asked, ErrorCode.UNSUPPORTED_VERSION);
      }
      Partition partition =
          request.replicaId() == DEBUGGING_TOOL
              ? lookup.replica(topicPartition, asked.currentLeaderEpoch())
              : lookup.leader(topicPartition, asked.currentLeaderEpoch());
      long end = visibleEnd(partition.log(), request);
      boolean unsure = request.replicaId() == CONSUMER && partition.watermarkLagsBehindEpoch();
      if (version == 0) {
        return new ListOffsetsPartitionResponse()
            .partitionIndex(asked.partitionIndex())
            .oldStyleOffsets(oldStyleOffsets(partition, asked, end));
      }
      TimestampedOffset found = find(partition, asked.timestamp(), end, unsure);
      return new ListOffsetsPartitionResponse()
          .partitionIndex(asked.partitionIndex())
          .timestamp(found.timestampMs())
          .offset(found.offset())
          .leaderEpoch(version >= 4 ? found.leaderEpoch() : -1);
    } catch (LogException e) {
      boolean unknownToClient =
          e.errorCode() == ErrorCode.OFFSET_NOT_AVAILABLE
              && version < FIRST_VERSION_WITH_OFFSET_NOT_AVAILABLE;
      return failed(asked, unknownToClient ? ErrorCode.LEADER_NOT_AVAILABLE : e.errorCode());
    } catch (RuntimeException e) {
      logger.error("Searching {} for time {} failed", topicPartition, asked.timestamp(), e);
      return failed(asked, ErrorCode.UNKNOWN_SERVER_ERROR);
    }
  }

  private static boolean knows(short version, long timestamp) {
    if (timestamp >= EARLIEST) {
      return true;
    }
    if (timestamp == MAX_TIMESTAMP) {
      return version >= 7;
    }
    if (timestamp == EARLIEST_LOCAL) {
      return version >= 8;
    }
    if (timestamp == LATEST_TIERED) {
      return version >= 9;
    }
    return timestamp == EARLIEST_PENDING_UPLOAD && version >= 11;
  }

  /** The offset behind the last record that the client may see. */
  private static long visibleEnd(PartitionLog log, ListOffsetsRequest request) {
    if (request.replicaId() != CONSUMER) {
      return log.logEndOffset();
    }
    return request.isolationLevel() == 1 ? log.lastStableOffset() : log.highWatermark();
  }

  /**
   * @param unsure whether {@code end} may lie below what clients have seen already
   */
  private static TimestampedOffset find(
      Partition partition, long timestamp, long end, boolean unsure) {
    PartitionLog log = partition.log();
    if (timestamp == LATEST) {
      requireSure(partition, unsure);
      return new TimestampedOffset(-1, end, partition.state().leaderEpoch());
    }
    if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
      long start = log.logStartOffset();
      return new TimestampedOffset(-1, start, epochOf(log, start));
    }
    if (timestamp == LATEST_TIERED || timestamp == EARLIEST_PENDING_UPLOAD) {
      return NONE; // there is no tiered storage
    }
    @Nullable TimestampedOffset found =
        timestamp == MAX_TIMESTAMP ? log.maxTimestampOffset() : log.offsetForTimestamp(timestamp);
    if (found == null) {
      return NONE;
    }
    if (found.offset() >= end) {
      requireSure(partition, unsure);
      return NONE;
    }
    return found;
  }

  private static void requireSure(Partition partition, boolean unsure) {
    if (unsure) {
      throw new LogException(
          ErrorCode.OFFSET_NOT_AVAILABLE,
          "The high watermark %d of %s has not reached the start of leader epoch %d yet"
              .formatted(
                  partition.log().highWatermark(),
                  partition.topicPartition(),
                  partition.state().leaderEpoch()));
    }
  }

  /**
   * The leader epoch that the record at an offset was written in: the first one that ends behind
   * it. -1 if the log knows of none.
   */
  private static int epochOf(PartitionLog log, long offset) {
    int high = log.latestLeaderEpoch().orElse(-1);
    if (high < 0) {
      return -1;
    }
    int low = 0;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (log.epochEndOffset(middle).endOffset() > offset) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * Version 0 answers with offsets to begin at, the newest first. Kafka has one for each segment;
   * here there are the ends, and what a search by time finds.
   */
  private static List<Long> oldStyleOffsets(
      Partition partition, ListOffsetsPartition asked, long end) {
    long start = partition.log().logStartOffset();
    List<Long> offsets = new ArrayList<>();
    if (asked.timestamp() == LATEST) {
      offsets.add(end);
      if (start != end) {
        offsets.add(start);
      }
    } else if (asked.timestamp() == EARLIEST) {
      offsets.add(start);
    } else {
      TimestampedOffset found = find(partition, asked.timestamp(), end, false);
      if (found.offset() >= 0) {
        offsets.add(found.offset());
      }
    }
    return offsets.subList(0, Math.clamp(asked.maxNumOffsets(), 0, offsets.size()));
  }

  private static ListOffsetsPartitionResponse failed(ListOffsetsPartition asked, ErrorCode code) {
    return new ListOffsetsPartitionResponse()
        .partitionIndex(asked.partitionIndex())
        .errorCode(code.code());
  }

  @Override
  public ListOffsetsResponse error(ListOffsetsRequest request, short version, Throwable cause) {
    ErrorCode code = Errors.codeOf(cause);
    List<ListOffsetsTopicResponse> topics = new ArrayList<>();
    for (ListOffsetsTopic topic : request.topics()) {
      topics.add(
          new ListOffsetsTopicResponse()
              .name(topic.name())
              .partitions(topic.partitions().stream().map(p -> failed(p, code)).toList()));
    }
    return new ListOffsetsResponse().topics(topics);
  }
}
