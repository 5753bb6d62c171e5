package org.odradek.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.record.CorruptRecordsException;
import org.odradek.protocol.record.RecordBatch;
import org.odradek.protocol.record.RecordBatchDescriptor;
import org.odradek.storage.producer.DuplicateBatch;

/**
 * Appends to the active segment, and rolls it.
 *
 * <p>A batch half written when the process died lies beyond the recovery point: its checksum does
 * not hold, and recovery ends the log there.
 *
 * <p>Thread-safety: takes the append lock.
 */
final class LogAppender {
  private static final int KEEP_EPOCH = Integer.MIN_VALUE;

  private final LogState state;
  private final LogMaintenance maintenance;

  LogAppender(LogState state, LogMaintenance maintenance) {
    this.state = state;
    this.maintenance = maintenance;
  }

  AppendResult appendAsLeader(ByteBuffer batches, int leaderEpoch, AppendOrigin origin) {
    state.directory.ensureWritable();
    AppendResult result;
    boolean prepare;
    state.appendLock.lock();
    try {
      state.ensureOpen();
      DuplicateBatch duplicate = checkProducer(batches, origin);
      if (duplicate != null) {
        return new AppendResult(
            duplicate.firstOffset(),
            duplicate.lastOffset(),
            state.logStartOffset,
            duplicate.timestampMs(),
            true,
            false);
      }
      long firstOffset = state.end.offset();
      result = append(batches, firstOffset, leaderEpoch);
      prepare = wantsPreparation();
    } catch (IOException e) {
      throw state.failed("Append", e);
    } finally {
      state.appendLock.unlock();
    }
    if (prepare) {
      maintenance.schedulePreparation();
    }
    return result;
  }

  private @Nullable DuplicateBatch checkProducer(ByteBuffer batches, AppendOrigin origin) {
    int at = batches.position();
    if (batches.limit() - at < RecordBatchDescriptor.RECORDS_OFFSET) {
      throw new IllegalArgumentException(
          "Nothing to append, only " + (batches.limit() - at) + " bytes");
    }
    if (!RecordBatchDescriptor.hasProducerId(batches, at)) {
      return null;
    }
    if (at + RecordBatchDescriptor.sizeInBytes(batches, at) != batches.limit()) {
      throw new IllegalArgumentException("A batch with a producer id has to come alone");
    }
    return state.producers.check(batches, at, origin, state.logStartOffset);
  }

  @Nullable AppendResult appendAsFollower(ByteBuffer batches) {
    state.directory.ensureWritable();
    ByteBuffer whole = wholeBatches(batches);
    if (!whole.hasRemaining()) {
      return null;
    }
    AppendResult first;
    AppendResult last;
    boolean prepare;
    state.appendLock.lock();
    try {
      state.ensureOpen();
      refuseBelowEnd(whole);
      int limit = whole.limit();
      first = appendPiece(whole, limit);
      last = first;
      while (whole.position() < limit) {
        last = appendPiece(whole, limit);
      }
      prepare = wantsPreparation();
    } catch (IOException e) {
      throw state.failed("Append", e);
    } finally {
      state.appendLock.unlock();
    }
    if (prepare) {
      maintenance.schedulePreparation();
    }
    return new AppendResult(
        first.firstOffset(), last.lastOffset(), last.logStartOffset(), -1, false, last.mustFlush());
  }

  /** Appends what fits into a segment, and moves the position past it. */
  private AppendResult appendPiece(ByteBuffer batches, int limit) throws IOException {
    int end = endOfPiece(batches.limit(limit), limit, state.config.segmentBytes());
    batches.limit(end);
    long firstOffset = RecordBatchDescriptor.baseOffset(batches, batches.position());
    AppendResult result = append(batches, firstOffset, KEEP_EPOCH);
    batches.limit(limit).position(end);
    return result;
  }

  private void refuseBelowEnd(ByteBuffer batches) {
    long first = RecordBatchDescriptor.baseOffset(batches, batches.position());
    long end = state.end.offset();
    if (first < end) {
      throw new LogException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "Batches for follower "
              + state.partition
              + " begin at offset "
              + first
              + ", its log ends at "
              + end);
    }
  }

  /**
   * As many batches as a segment takes, at least one: the leader's segments may be larger, if they
   * were written under another {@code segment.bytes}.
   */
  private static int endOfPiece(ByteBuffer batches, int limit, int maxBytes) {
    int from = batches.position();
    if (limit - from <= maxBytes) {
      return limit;
    }
    int end = from;
    while (end < limit) {
      int next = end + RecordBatchDescriptor.sizeInBytes(batches, end);
      if (next - from > maxBytes && end > from) {
        return end;
      }
      end = next;
    }
    return end;
  }

  /** Checks every batch and that offsets rise; leaves a batch out that is cut off at the end. */
  private static ByteBuffer wholeBatches(ByteBuffer batches) {
    ByteBuffer whole = batches.duplicate();
    long next = -1;
    int end = batches.position();
    for (RecordBatch batch : RecordBatch.wholeIn(batches)) {
      FollowedBatch followed = FollowedBatch.checked(batch);
      if (followed.firstOffset() < next) {
        throw new CorruptRecordsException(
            "A batch begins at offset " + followed.firstOffset() + ", expected at least " + next);
      }
      next = followed.lastOffset() + 1;
      end = batch.index() + batch.sizeInBytes();
    }
    return whole.limit(end);
  }

  private boolean wantsPreparation() {
    return state.writer.wantsMore(state.end.position(), state.config.segmentBytes());
  }

  private AppendResult append(ByteBuffer batches, long firstOffset, int leaderEpoch)
      throws IOException {
    int from = batches.position();
    int total = batches.limit() - from;
    LogConfig config = state.config;
    if (total > config.segmentBytes()) {
      throw new LogException(
          ErrorCode.RECORD_LIST_TOO_LARGE,
          total
              + " bytes of batches for "
              + state.partition
              + " exceed segment.bytes of "
              + config.segmentBytes());
    }
    LogSegment active = segmentFor(batches, firstOffset, leaderEpoch, total, config);
    int position = active.size();
    if (leaderEpoch != KEEP_EPOCH) {
      assign(batches, firstOffset, leaderEpoch);
    }
    // All at once: nothing can fail between the first batch and the last.
    state.writer.write(active, position, batches, config.segmentBytes());
    long nextOffset = firstOffset;
    for (int at = from; at < batches.limit(); ) {
      int size = RecordBatchDescriptor.sizeInBytes(batches, at);
      nextOffset = note(active, position, batches, at, size, config);
      position += size;
      at += size;
    }
    active.publish(position);
    state.appendedUpTo(new LogPosition(nextOffset, active.baseOffset(), position), total);
    boolean mustFlush =
        config.flushIntervalMessages() != Long.MAX_VALUE
            && nextOffset - state.recoveryPoint >= config.flushIntervalMessages();
    return new AppendResult(
        firstOffset, nextOffset - 1, state.logStartOffset, -1, false, mustFlush);
  }

  /** Gives the batches their offsets and the epoch; their checksums do not cover these. */
  private static void assign(ByteBuffer batches, long firstOffset, int leaderEpoch) {
    long nextOffset = firstOffset;
    for (int at = batches.position();
        at < batches.limit();
        at += RecordBatchDescriptor.sizeInBytes(batches, at)) {
      RecordBatchDescriptor.baseOffset(batches, at, nextOffset);
      RecordBatchDescriptor.partitionLeaderEpoch(batches, at, leaderEpoch);
      nextOffset += RecordBatchDescriptor.lastOffsetDelta(batches, at) + 1;
    }
  }

  /** Indexes the batch and notes its epoch and producer; the offset after it. */
  private long note(
      LogSegment active, int position, ByteBuffer batches, int at, int size, LogConfig config)
      throws IOException {
    long baseOffset = RecordBatchDescriptor.baseOffset(batches, at);
    if (FollowedBatch.isLegacy(batches, at)) {
      // Formats 0 and 1 know no epochs and no producers.
      active.appended(
          position,
          size,
          baseOffset,
          FollowedBatch.maxTimestamp(batches, at),
          config.indexIntervalBytes());
      return baseOffset + 1;
    }
    state.epochs.assign(RecordBatchDescriptor.partitionLeaderEpoch(batches, at), baseOffset);
    long lastOffset = baseOffset + RecordBatchDescriptor.lastOffsetDelta(batches, at);
    active.appended(
        position,
        size,
        lastOffset,
        RecordBatchDescriptor.maxTimestamp(batches, at),
        config.indexIntervalBytes());
    if (RecordBatchDescriptor.hasProducerId(batches, at)) {
      AbortedTransaction aborted = state.producers.appended(batches, at, baseOffset);
      if (aborted != null) {
        active.transactionIndex().append(aborted);
      }
      if (RecordBatchDescriptor.isTransactional(batches, at)) {
        state.firstUnstableOffset = state.producers.firstUnstableOffset();
      }
    }
    return lastOffset + 1;
  }

  /** The active segment, after a roll if the batches do not belong there any more. */
  private LogSegment segmentFor(
      ByteBuffer batches, long firstOffset, int leaderEpoch, int total, LogConfig config)
      throws IOException {
    long lastOffset = firstOffset - 1;
    long maxTimestamp = -1;
    for (int at = batches.position();
        at < batches.limit();
        at += RecordBatchDescriptor.sizeInBytes(batches, at)) {
      lastOffset =
          leaderEpoch == KEEP_EPOCH
              ? FollowedBatch.lastOffset(batches, at)
              : lastOffset + RecordBatchDescriptor.lastOffsetDelta(batches, at) + 1;
      maxTimestamp = Math.max(maxTimestamp, FollowedBatch.maxTimestamp(batches, at));
    }
    LogSegment active = state.segments.active();
    long nowMs = state.directory.nowMs();
    if (active.mustRollBefore(
        total, lastOffset, maxTimestamp, nowMs, config, jitterMs(active, config))) {
      return maintenance.roll(firstOffset);
    }
    return active;
  }

  /** By chance per segment, but the same chance each time it is asked. */
  private long jitterMs(LogSegment segment, LogConfig config) {
    long max = Math.min(config.segmentJitterMs(), config.segmentMs());
    if (max <= 0) {
      return 0;
    }
    long mixed = (state.partition.hashCode() * 31L + segment.baseOffset()) * 0x9E3779B97F4A7C15L;
    return Math.floorMod(mixed >>> 16, max);
  }
}
