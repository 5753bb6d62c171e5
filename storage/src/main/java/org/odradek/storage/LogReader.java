package org.odradek.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.record.Record;
import org.odradek.protocol.record.RecordBatch;
import org.odradek.storage.file.DataFile;

/**
 * Reads by offset and by time.
 *
 * <p>Thread-safety: any thread; takes no lock.
 */
final class LogReader {
  /** How far a batch may expand that is searched for a timestamp. */
  private static final int DECOMPRESSED_MAX_BYTES = 256 << 20;

  private static final int TIME_SEARCH_CHUNK_BYTES = 64 << 10;
  private static final int ATTEMPTS = 10;

  private final LogState state;

  LogReader(LogState state) {
    this.state = state;
  }

  LogRead read(long offset, int maxBytes, boolean minOneBatch, ReadIsolation isolation) {
    return retrying(
        "Read", () -> tryRead(offset, maxBytes, minOneBatch, isolation), LogRead::release);
  }

  /** See {@link PartitionLog#isCached}. */
  boolean isCached(long offset, int maxBytes) {
    if (!state.highWatermark.located()) {
      return false; // it would have to be looked for
    }
    LogSegment[] segments = state.segments.all();
    int index = SegmentList.floorIndex(segments, offset);
    return index >= 0 && segments[index].isCached(offset, maxBytes);
  }

  @FunctionalInterface
  private interface Reading<T> {
    T once() throws IOException;
  }

  private <T> T retrying(String operation, Reading<T> reading) {
    return retrying(operation, reading, found -> {});
  }

  /**
   * Files may be deleted or cut under a reader's feet, as it takes no lock: whatever it met there
   * says nothing about the disk, and it looks again. While a truncation runs it does not wait: the
   * replica follows then, and nobody should read from it.
   */
  private <T> T retrying(String operation, Reading<T> reading, Consumer<T> discard) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      state.ensureOpen();
      int truncations = state.truncations();
      LogSegment[] segments = state.segments.all();
      try {
        T found = reading.once();
        if (isUntouchedSince(truncations)) {
          return found;
        }
        discard.accept(found);
      } catch (IOException e) {
        if (isUntouchedSince(truncations) && segments == state.segments.all()) {
          throw state.failed(operation, e);
        }
      } catch (RuntimeException e) {
        if (isUntouchedSince(truncations)) {
          throw e;
        }
      }
      if (LogState.isTruncating(state.truncations())) {
        break;
      }
    }
    throw new LogException(
        ErrorCode.NOT_LEADER_OR_FOLLOWER,
        operation + " of " + state.partition + " met a truncation of its log: try again");
  }

  private boolean isUntouchedSince(int truncations) {
    return truncations == state.truncations() && !LogState.isTruncating(truncations);
  }

  private LogRead tryRead(long offset, int maxBytes, boolean minOneBatch, ReadIsolation isolation)
      throws IOException {
    LogPosition end = state.end;
    long logStart = state.logStartOffset;
    if (offset < logStart || offset > end.offset()) {
      throw new LogException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "Offset "
              + offset
              + " of "
              + state.partition
              + " is out of range: the log has offsets "
              + logStart
              + " to "
              + end.offset());
    }
    long highWatermark = state.highWatermark.offset();
    long lastStable = Math.min(highWatermark, state.firstUnstableOffset);
    LogPosition bound =
        switch (isolation) {
          case LOG_END -> end;
          case HIGH_WATERMARK -> highWatermarkPosition();
          case LAST_STABLE -> position(lastStable);
        };
    LogPosition nothing = offset == end.offset() ? end : LogPosition.ofOffset(offset);
    if (offset >= bound.offset()) {
      return new LogRead(
          FileRecords.EMPTY, nothing, logStart, highWatermark, lastStable, false, List.of());
    }
    LogSegment[] segments = state.segments.all();
    LogPosition hint = state.recent(offset);
    int first = Math.max(0, SegmentList.floorIndex(segments, offset));
    for (int i = first; i < segments.length; i++) {
      LogSegment segment = segments[i];
      if (segment.baseOffset() > bound.segmentBaseOffset()) {
        break;
      }
      int limit =
          segment.baseOffset() == bound.segmentBaseOffset() ? bound.position() : segment.size();
      Place place = place(segment, offset, limit, hint);
      if (place != null) {
        int sizeMax = Math.min(maxBytes, limit - place.position);
        int firstSize = place.size;
        if (sizeMax < limit - place.position && firstSize < 0) {
          firstSize = batchSize(segment, place.position);
        }
        boolean incomplete = firstSize > sizeMax;
        int size = incomplete && minOneBatch ? firstSize : Math.max(sizeMax, 0);
        LogPosition start = new LogPosition(offset, segment.baseOffset(), place.position);
        FileRecords records =
            size == 0
                ? FileRecords.EMPTY
                : new FileRecords(
                    segment.log().acquire(), place.position, size, state.likelyResident(offset));
        return new LogRead(
            records,
            start,
            logStart,
            highWatermark,
            lastStable,
            incomplete && !minOneBatch,
            isolation == ReadIsolation.LAST_STABLE
                ? aborted(segments, i, offset, (long) place.position + size, bound.offset())
                : List.of());
      }
    }
    return new LogRead(
        FileRecords.EMPTY, nothing, logStart, highWatermark, lastStable, false, List.of());
  }

  /** Where a batch begins, and its size; -1 when the size is not known. */
  private record Place(int position, int size) {}

  private static @Nullable Place place(
      LogSegment segment, long offset, int limit, @Nullable LogPosition hint) throws IOException {
    if (hint != null && hint.segmentBaseOffset() == segment.baseOffset()) {
      return hint.position() < limit ? new Place(hint.position(), -1) : null;
    }
    long found = segment.locate(offset, limit);
    return found < 0 ? null : new Place((int) (found >> 32), (int) found);
  }

  private static int batchSize(LogSegment segment, int position) throws IOException {
    DataFile.Handle handle = segment.log().acquire();
    try {
      return segment.batchSizeAt(handle.channel(), position);
    } finally {
      handle.release();
    }
  }

  private List<AbortedTransaction> aborted(
      LogSegment[] segments, int first, long from, long endPosition, long bound)
      throws IOException {
    long to = upperOffset(segments, first, endPosition, bound);
    List<AbortedTransaction> found = new ArrayList<>();
    for (int i = first; i < segments.length; i++) {
      segments[i].transactionIndex().overlapping(from, to, found::add);
    }
    return found;
  }

  /** An offset at or above all that a read up to a position of a segment can have returned. */
  private static long upperOffset(LogSegment[] segments, int index, long endPosition, long bound)
      throws IOException {
    long byIndex = segments[index].offsetIndex().offsetAtOrAfter((int) endPosition);
    long byNext = index + 1 < segments.length ? segments[index + 1].baseOffset() : Long.MAX_VALUE;
    return Math.min(bound, Math.min(byNext, byIndex == Long.MAX_VALUE ? byIndex : byIndex + 1));
  }

  /** The high watermark with its place. */
  LogPosition highWatermarkPosition() throws IOException {
    int truncations = state.truncations();
    LogPosition now = state.highWatermark;
    if (now.located()) {
      return now;
    }
    LogPosition located = position(now.offset());
    if (!LogState.isTruncating(truncations)) {
      state.highWatermarkLocated(located, truncations);
    }
    return located;
  }

  LogPosition locatedHighWatermark() {
    return retrying("Look-up of the high watermark", this::highWatermarkPosition);
  }

  /** The place of the batch that holds an offset, or of the end of what is before it. */
  private LogPosition position(long offset) throws IOException {
    LogPosition recent = state.recent(offset);
    if (recent != null) {
      return recent;
    }
    LogSegment[] segments = state.segments.all();
    LogSegment segment = segments[Math.max(0, SegmentList.floorIndex(segments, offset))];
    int size = segment.size();
    long found = segment.locate(offset, size);
    return new LogPosition(offset, segment.baseOffset(), found < 0 ? size : (int) (found >> 32));
  }

  // By time

  @Nullable TimestampedOffset offsetForTimestamp(long timestampMs) {
    return retrying("Search by time", () -> Optional.ofNullable(tryOffsetForTimestamp(timestampMs)))
        .orElse(null);
  }

  @Nullable TimestampedOffset maxTimestampOffset() {
    return retrying("Search by time", () -> Optional.ofNullable(tryMaxTimestampOffset()))
        .orElse(null);
  }

  private @Nullable TimestampedOffset tryOffsetForTimestamp(long timestampMs) throws IOException {
    for (LogSegment segment : state.segments.all()) {
      if (segment.maxTimestampMs() >= timestampMs) {
        long from = Math.max(segment.timeIndex().offsetFor(timestampMs), state.logStartOffset);
        TimestampedOffset found = search(segment, from, timestampMs);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private @Nullable TimestampedOffset tryMaxTimestampOffset() throws IOException {
    LogSegment latest = null;
    for (LogSegment segment : state.segments.all()) {
      if (segment.size() > 0
          && (latest == null || segment.maxTimestampMs() > latest.maxTimestampMs())) {
        latest = segment;
      }
    }
    return latest == null || latest.maxTimestampMs() < 0
        ? null
        : search(latest, state.logStartOffset, latest.maxTimestampMs());
  }

  /** The first record at or after an offset and a time in one segment. */
  private @Nullable TimestampedOffset search(LogSegment segment, long from, long timestampMs)
      throws IOException {
    int size = segment.size();
    int start = from <= segment.baseOffset() ? 0 : segment.offsetIndex().positionFor(from);
    DataFile.Handle handle = segment.log().acquire();
    try {
      var scanner =
          new SegmentScanner(handle.channel(), start, size, TIME_SEARCH_CHUNK_BYTES, false);
      while (scanner.next()) {
        if (scanner.lastOffset() < from || scanner.maxTimestamp() < timestampMs) {
          continue;
        }
        TimestampedOffset found = searchBatch(scanner, timestampMs);
        if (found != null) {
          return found;
        }
      }
      return null;
    } finally {
      handle.release();
    }
  }

  private @Nullable TimestampedOffset searchBatch(SegmentScanner scanner, long timestampMs)
      throws IOException {
    if (scanner.magic() < 2) {
      return new TimestampedOffset(scanner.maxTimestamp(), scanner.baseOffset(), -1);
    }
    ByteBuffer bytes = scanner.wholeBatch();
    RecordBatch batch = RecordBatch.at(bytes, 0);
    for (Record record : batch.records(DECOMPRESSED_MAX_BYTES)) {
      if (record.timestampMs() >= timestampMs && record.offset() >= state.logStartOffset) {
        return new TimestampedOffset(
            record.timestampMs(), record.offset(), batch.partitionLeaderEpoch());
      }
    }
    return null;
  }
}
