package org.odradek.broker.group;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.record.RecordBatchBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what a shard decides to its partition of {@code __consumer_offsets}, and brings the
 * outcome back to the shard's owner, in the error codes that group members understand.
 */
final class GroupWriter {
  private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);

  /** Keeps a batch of tombstones well below the smallest message.max.bytes in use. */
  private static final int TOMBSTONES_PER_BATCH_MAX = 1_000;

  private final int partition;
  private final GroupLog log;
  private final OwnerExecutor owner;
  private final GroupConfig config;
  private final InstantSource clock;

  GroupWriter(
      int partition, GroupLog log, OwnerExecutor owner, GroupConfig config, InstantSource clock) {
    this.partition = partition;
    this.log = log;
    this.owner = owner;
    this.config = config;
    this.clock = clock;
  }

  /** How an append of offsets ended. */
  interface OffsetsOutcome {
    /**
     * @param baseOffset log offset of the first record; meaningless with an error
     */
    void accept(ErrorCode error, long baseOffset);
  }

  /** Records the current generation with these assignments by member id. */
  void storeGroup(Group group, Map<String, byte[]> assignments, Consumer<ErrorCode> whenDone) {
    append(
        List.of(GroupRecordCodec.group(group, assignments)),
        (error, baseOffset) -> whenDone.accept(errorForMember(error)));
  }

  void storeOffsets(
      String groupId, List<OffsetCommitCall.Commit> commits, OffsetsOutcome whenDone) {
    List<LogRecord> records = new ArrayList<>(commits.size());
    for (OffsetCommitCall.Commit commit : commits) {
      records.add(GroupRecordCodec.offset(groupId, commit.partition(), commit.offset()));
    }
    append(records, (error, baseOffset) -> whenDone.accept(errorForCommit(error), baseOffset));
  }

  /**
   * Records that things are gone. {@code whenDone} runs once for all with the first error there
   * was.
   */
  void storeTombstones(List<LogRecord> tombstones, Consumer<ErrorCode> whenDone) {
    List<List<LogRecord>> batches = new ArrayList<>();
    for (int from = 0; from < tombstones.size(); from += TOMBSTONES_PER_BATCH_MAX) {
      int to = Math.min(tombstones.size(), from + TOMBSTONES_PER_BATCH_MAX);
      batches.add(tombstones.subList(from, to));
    }
    storeNext(batches, 0, whenDone);
  }

  private void storeNext(List<List<LogRecord>> batches, int next, Consumer<ErrorCode> whenDone) {
    if (next == batches.size()) {
      whenDone.accept(ErrorCode.NONE);
      return;
    }
    append(
        batches.get(next),
        (error, baseOffset) -> {
          if (error == ErrorCode.NONE) {
            storeNext(batches, next + 1, whenDone);
          } else {
            whenDone.accept(errorForCommit(error));
          }
        });
  }

  private void append(List<LogRecord> records, OffsetsOutcome whenDone) {
    long nowMs = clock.millis();
    RecordBatchBuilder batch = new RecordBatchBuilder().compression(config.compression());
    for (LogRecord record : records) {
      batch.append(nowMs, record.key(), record.value());
    }
    ByteBuffer bytes = batch.build();
    log.append(partition, bytes, config.commitRequiredAcks(), config.commitTimeoutMs())
        .whenComplete((baseOffset, failure) ->
            owner.execute(() -> {
              if (failure == null) {
                whenDone.accept(ErrorCode.NONE, baseOffset);
              } else {
                whenDone.accept(errorOf(failure), -1);
              }
            }));
  }

  private ErrorCode errorOf(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof GroupLogException known) {
      LOG.debug("Append to partition {} of the offsets topic: {}", partition, known.getMessage());
      return known.error();
    }
    LOG.error("Append to partition {} of the offsets topic failed", partition, cause);
    return ErrorCode.UNKNOWN_SERVER_ERROR;
  }

  /** What Produce answers means nothing to a member: it must find its coordinator, or rejoin. */
  private static ErrorCode errorForMember(ErrorCode error) {
    return switch (error) {
      case UNKNOWN_TOPIC_OR_PARTITION, NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS_AFTER_APPEND ->
          ErrorCode.COORDINATOR_NOT_AVAILABLE;
      case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR -> ErrorCode.NOT_COORDINATOR;
      case REQUEST_TIMED_OUT -> ErrorCode.REBALANCE_IN_PROGRESS;
      case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE ->
          ErrorCode.UNKNOWN_SERVER_ERROR;
      default -> error;
    };
  }

  private static ErrorCode errorForCommit(ErrorCode error) {
    return switch (error) {
      case UNKNOWN_TOPIC_OR_PARTITION, NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS_AFTER_APPEND ->
          ErrorCode.COORDINATOR_NOT_AVAILABLE;
      case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR -> ErrorCode.NOT_COORDINATOR;
      case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE ->
          ErrorCode.INVALID_COMMIT_OFFSET_SIZE;
      default -> error;
    };
  }
}
