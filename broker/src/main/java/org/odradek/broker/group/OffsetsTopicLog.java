package org.odradek.broker.group;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.Partitions;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.record.RecordBatch;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.AppendResult;
import org.odradek.storage.LogException;
import org.odradek.storage.LogRead;
import org.odradek.storage.PartitionLog;
import org.odradek.storage.ReadIsolation;

/**
 * The offsets topic as it lies in this broker's partitions.
 *
 * <p>Thread-safety: any thread. Appends are a copy into the page cache; reads wait for the disk.
 */
public final class OffsetsTopicLog implements GroupLog {
  private static final short ALL_IN_SYNC = -1;

  private final Partitions partitions;
  private final WaitTimer timer;
  private final int readBytes;

  /**
   * @param readBytes {@code offsets.load.buffer.size}: how much is read at a time when loading
   */
  public OffsetsTopicLog(Partitions partitions, WaitTimer timer, int readBytes) {
    this.partitions = partitions;
    this.timer = timer;
    this.readBytes = readBytes;
  }

  @Override
  public CompletionStage<Long> append(
      int partition, int leaderEpoch, ByteBuffer batch, short requiredAcks, int timeoutMs) {
    try {
      Partition leader = find(partition);
      requireEpoch(leader, leaderEpoch);
      int maxBytes = leader.log().config().maxMessageBytes();
      if (batch.remaining() > maxBytes) {
        throw new GroupLogException(
            ErrorCode.MESSAGE_TOO_LARGE,
            "A batch of %d bytes for %s, max.message.bytes is %d"
                .formatted(batch.remaining(), leader.topicPartition(), maxBytes));
      }
      boolean allInSync = requiredAcks == ALL_IN_SYNC;
      int ledSinceEpoch = leader.ledSinceEpoch();
      AppendResult result = leader.append(batch, AppendOrigin.COORDINATOR, allInSync, leaderEpoch);
      return acknowledged(leader, ledSinceEpoch, result, allInSync, timeoutMs);
    } catch (LogException | GroupLogException e) {
      return CompletableFuture.failedFuture(known(e));
    }
  }

  private CompletionStage<Long> acknowledged(
      Partition leader, int ledSinceEpoch, AppendResult result, boolean allInSync, int timeoutMs) {
    long end = result.lastOffset() + 1;
    CompletableFuture<@Nullable Void> durable =
        result.mustFlush()
            ? leader.log().flush(end)
            : CompletableFuture.completedFuture((Void) null);
    CompletableFuture<@Nullable Void> replicated =
        allInSync
            ? leader.replicated(end, ledSinceEpoch)
            : CompletableFuture.completedFuture((Void) null);
    CompletableFuture<@Nullable Void> done = durable.thenCombine(replicated, (a, b) -> null);
    if (done.isDone() && !done.isCompletedExceptionally()) {
      return CompletableFuture.completedFuture(result.firstOffset());
    }
    return bounded(done, replicated, leader, result.firstOffset(), timeoutMs)
        .thenApply(nothing -> result.firstOffset());
  }

  /**
   * @param replicated is given up when time is up: while a replica is stuck, retries must not pile
   *     up there
   */
  private CompletableFuture<@Nullable Void> bounded(
      CompletableFuture<@Nullable Void> done,
      CompletableFuture<@Nullable Void> replicated,
      Partition leader,
      long offset,
      int timeoutMs) {
    CompletableFuture<@Nullable Void> answer = new CompletableFuture<>();
    WaitTimer.Wait timeout =
        timer.schedule(
            () -> {
              answer.completeExceptionally(
                  new GroupLogException(
                      ErrorCode.REQUEST_TIMED_OUT,
                      "Not acknowledged within %d ms: %s offset %d"
                          .formatted(timeoutMs, leader.topicPartition(), offset)));
              replicated.cancel(false);
            },
            timeoutMs);
    done.whenComplete((nothing, failure) -> {
      timeout.cancel();
      if (failure == null) {
        answer.complete(null);
      } else {
        answer.completeExceptionally(known(failure));
      }
    });
    return answer;
  }

  @Override
  public CompletionStage<@Nullable Void> replicated(int partition, int timeoutMs) {
    try {
      Partition leader = find(partition);
      long end = leader.log().logEndOffset();
      CompletableFuture<@Nullable Void> replicated = leader.replicated(end);
      return replicated.isDone() && !replicated.isCompletedExceptionally()
          ? replicated
          : bounded(replicated, replicated, leader, end, timeoutMs);
    } catch (LogException | GroupLogException e) {
      return CompletableFuture.failedFuture(known(e));
    }
  }

  private static void requireEpoch(Partition leader, int leaderEpoch) {
    int current = leader.state().leaderEpoch();
    if (current != leaderEpoch) {
      throw new GroupLogException(
          ErrorCode.NOT_LEADER_OR_FOLLOWER,
          "Decided in leader epoch %d of %s, which is in %d"
              .formatted(leaderEpoch, leader.topicPartition(), current));
    }
  }

  private Partition find(int partition) {
    TopicPartition wanted = new TopicPartition(GroupCoordinator.OFFSETS_TOPIC, partition);
    Partition found = partitions.find(wanted);
    if (found == null) {
      throw new GroupLogException(
          ErrorCode.NOT_LEADER_OR_FOLLOWER, "This broker has no replica of " + wanted);
    }
    return found;
  }

  private static Throwable known(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof LogException log
        ? new GroupLogException(log.errorCode(), String.valueOf(log.getMessage()))
        : cause;
  }

  private static void requireNotTruncated(PartitionLog log, long end) throws IOException {
    if (log.logEndOffset() < end) {
      throw new IOException(
          "%s was truncated from %d to %d while it was read"
              .formatted(log.topicPartition(), end, log.logEndOffset()));
    }
  }

  @Override
  public void read(int partition, BatchSink sink) throws IOException {
    try {
      PartitionLog log = find(partition).log();
      long end = log.logEndOffset();
      long next = log.logStartOffset();
      while (next < end) {
        LogRead read = log.read(next, readBytes, true, ReadIsolation.LOG_END);
        ByteBuffer bytes;
        try {
          bytes = read.records().readFully();
        } finally {
          read.release();
        }
        long after = next;
        for (RecordBatch batch : RecordBatch.wholeIn(bytes)) {
          after = batch.nextOffset();
        }
        if (after <= next) {
          requireNotTruncated(log, end);
          return; // compaction took what was there
        }
        if (!sink.accept(bytes)) {
          return;
        }
        next = after;
      }
    } catch (LogException | GroupLogException | UncheckedIOException e) {
      throw new IOException("Partition " + partition + " of the offsets topic cannot be read", e);
    }
  }
}
