package org.odradek.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.storage.file.DataFile;

/**
 * Writes to the active segment of a log, into blocks that are reserved ahead of it: so a full disk
 * is met before anything is written, and blocks lie together. The next ones are reserved on a
 * background thread while there is still room; only when the writer outruns that, or comes back
 * after a pause, does it reserve some itself.
 *
 * <p>Blocks that are used up within a second make the next step larger, those that last make it
 * smaller: an idle partition has none, and a busy one asks for more a few times a second.
 *
 * <p>Thread-safety: confined to the log's append lock, but for {@link Preparation#run}.
 */
final class SegmentWriter {
  /** What is reserved begins and ends on a multiple of this. */
  static final int STEP_MIN_BYTES = 64 << 10;

  static final int STEP_MAX_BYTES = 32 << 20;
  private static final int PIECE_BYTES = 1 << 20;
  private static final long BUSY_MS = 1_000;
  private static final long SLOW_MS = 10_000;

  private final LongSupplier clockMs;

  private @Nullable LogSegment segment;

  /** Up to where the blocks of the segment are reserved: its physical size. */
  private long reservedEnd;

  private int stepBytes = STEP_MIN_BYTES;
  private long steppedAtMs;
  private boolean preparing;

  /** Whether the last write to the segment may have been left half done. */
  private boolean failed;

  SegmentWriter(LongSupplier clockMs) {
    this.clockMs = clockMs;
  }

  /** Whether anything is held that an idle log could do without. */
  boolean isOpen() {
    return segment != null;
  }

  /**
   * Goes on in blocks that were reserved before the log was opened, and are blank still.
   *
   * @param end up to where: the physical size of the segment's file
   */
  void goOnIn(LogSegment target, long end) {
    segment = target;
    reservedEnd = end;
  }

  /**
   * Writes all of {@code batches}, moving no buffer position. What a failure leaves in the file,
   * beyond the end of the log, is cut off before the next write: else a crash after that could make
   * batches of it again.
   *
   * @param segmentBytes beyond which nothing is reserved ahead
   */
  void write(LogSegment target, int position, ByteBuffer batches, int segmentBytes)
      throws IOException {
    if (segment != target) {
      release();
      reservedEnd = target.log().length();
      segment = target;
    }
    if (failed) {
      cut(target, position);
    }
    long end = (long) position + batches.remaining();
    if (end > reservedEnd) {
      long wanted = Math.max(end, (long) position + Math.min(stepBytes, PIECE_BYTES));
      Preparation inline =
          new Preparation(
              target, reservedEnd, ceiling(Math.min(wanted, Math.max(end, segmentBytes))));
      inline.run();
      reserved(inline);
    }
    DataFile.Handle file = target.log().acquire();
    try {
      failed = true;
      ByteBuffer source = batches.duplicate();
      while (source.hasRemaining()) {
        file.channel().write(source, end - source.remaining());
      }
      failed = false;
    } finally {
      file.release();
    }
  }

  private void cut(LogSegment target, int position) throws IOException {
    DataFile.Handle file = target.log().acquire();
    try {
      file.channel().truncate(position);
      reservedEnd = position;
      failed = false;
    } finally {
      file.release();
    }
  }

  private static long ceiling(long position) {
    long above = position + STEP_MIN_BYTES - 1;
    return above - above % STEP_MIN_BYTES;
  }

  private void reserved(Preparation done) {
    reservedEnd = Math.max(reservedEnd, done.end);
    long now = clockMs.getAsLong();
    long lasted = now - steppedAtMs;
    steppedAtMs = now;
    if (lasted < BUSY_MS) {
      stepBytes = Math.min(STEP_MAX_BYTES, stepBytes * 4);
    } else if (lasted > SLOW_MS) {
      stepBytes = Math.max(STEP_MIN_BYTES, stepBytes / 4);
    }
  }

  /** Whether more blocks should be reserved, after an append that ended at a position. */
  boolean wantsMore(int position, int segmentBytes) {
    return segment != null
        && !preparing
        && reservedEnd - position < stepBytes / 2
        && reservedEnd < segmentBytes;
  }

  /** What to reserve, so that it can be done without the lock. */
  record Preparation(LogSegment segment, long from, long end) {
    /** May wait; never long at once, as nothing can be written to the file meanwhile. */
    void run() throws IOException {
      for (long at = from; at < end; at += PIECE_BYTES) {
        segment.log().reserve(at, Math.min(PIECE_BYTES, end - at));
      }
    }
  }

  /** Notes that a preparation begins; null when there is nothing to prepare any more. */
  @Nullable Preparation beginPreparation(int position, int segmentBytes) {
    LogSegment target = segment;
    if (target == null || !wantsMore(position, segmentBytes)) {
      return null;
    }
    preparing = true;
    return new Preparation(
        target, reservedEnd, ceiling(Math.min(segmentBytes, reservedEnd + stepBytes)));
  }

  /** The preparation has ended. */
  void endPreparation(Preparation preparation, boolean isDone) {
    preparing = false;
    if (isDone && segment == preparation.segment) {
      reserved(preparation);
    }
  }

  /** Lets go of the segment, whose file is cut to its size afterwards. */
  void release() {
    segment = null;
    failed = false;
  }

  /** As {@link #release}, and starts over with the smallest step. */
  void releaseIdle() {
    release();
    stepBytes = STEP_MIN_BYTES;
  }
}
