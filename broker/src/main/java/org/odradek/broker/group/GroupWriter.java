package org.odradek.broker.group;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
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
  private final IntSupplier leaderEpoch;

  /**
   * @param leaderEpoch in which the shard leads; asked on the owner
   */
  GroupWriter(
      int partition,
      GroupLog log,
      OwnerExecutor owner,
      GroupConfig config,
      InstantSource clock,
      IntSupplier leaderEpoch) {
    this.partition = partition;
    this.log = log;
    this.owner = owner;
    this.config = config;
    this.clock = clock;
    this.leaderEpoch = leaderEpoch;
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
    if (batches.isEmpty()) {
      whenDone.accept(ErrorCode.NONE);
      return;
    }
    // All within this task of the owner: a commit taken before the last batch is in the log would
    // be followed by the tombstone of the offset it replaces, and be lost by the next load.
    AwaitedBatches awaited = new AwaitedBatches(batches.size(), whenDone);
    for (List<LogRecord> batch : batches) {
      append(batch, (error, baseOffset) -> awaited.done(errorForCommit(error)));
    }
  }

  /** Joins the outcomes of several appends. Confined to the owner, as these come there. */
  private static final class AwaitedBatches {
    private final Consumer<ErrorCode> whenDone;
    private int left;
    private ErrorCode firstError = ErrorCode.NONE;

    AwaitedBatches(int batches, Consumer<ErrorCode> whenDone) {
      this.left = batches;
      this.whenDone = whenDone;
    }

    void done(ErrorCode error) {
      if (firstError == ErrorCode.NONE) {
        firstError = error;
      }
      left--;
      if (left == 0) {
        whenDone.accept(firstError);
      }
    }
  }

  /** The outcome always comes, and in a later task of the owner. */
  private void append(List<LogRecord> records, OffsetsOutcome whenDone) {
    long nowMs = clock.millis();
    RecordBatchBuilder batch = new RecordBatchBuilder().compression(config.compression());
    for (LogRecord record : records) {
      batch.append(nowMs, record.key(), record.value());
    }
    appended(batch.build())
        .whenComplete((baseOffset, failure) ->
            owner.execute(() -> {
              if (failure == null) {
                whenDone.accept(ErrorCode.NONE, baseOffset);
              } else {
                whenDone.accept(errorOf(failure), -1);
              }
            }));
  }

  /** What the log throws at once is an outcome like any other: somebody waits for one. */
  private CompletionStage<Long> appended(ByteBuffer batch) {
    try {
      return log.append(
          partition,
          leaderEpoch.getAsInt(),
          batch,
          config.commitRequiredAcks(),
          config.commitTimeoutMs());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
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
