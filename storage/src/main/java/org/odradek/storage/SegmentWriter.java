package org.odradek.storage;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.storage.file.MappedWindow;

/**
 * The mapped window that a log writes through. The next window is reserved and mapped on a
 * background thread while the current one still has room; only when the writer outruns that, or
 * comes back after a pause, does it wait for a window itself.
 *
 * <p>A window that is used up within a second makes the next one larger, one that lasts makes it
 * smaller: an idle partition has none, and a busy one changes windows a few times a second.
 *
 * <p>Thread-safety: confined to the log's append lock, but for {@link #prepare}.
 */
final class SegmentWriter {
  static final int WINDOW_MIN_BYTES = MappedWindow.GRANULE_BYTES;
  static final int WINDOW_MAX_BYTES = 32 << 20;
  private static final long BUSY_MS = 1_000;
  private static final long SLOW_MS = 10_000;

  private final LongSupplier clockMs;
  private final Executor background;

  private @Nullable MappedWindow window;
  private @Nullable LogSegment segment;
  private @Nullable MappedWindow next;

  /** Up to where the blocks of the segment are reserved: its physical size. */
  private long reservedEnd;

  private int windowBytes = WINDOW_MIN_BYTES;
  private long windowSinceMs;
  private boolean preparing;

  /** Grows when prepared windows become invalid. */
  private int generation;

  private long inlineWindows;

  SegmentWriter(LongSupplier clockMs, Executor background) {
    this.clockMs = clockMs;
    this.background = background;
  }

  /** How often an append had to wait for its window. */
  long inlineWindows() {
    return inlineWindows;
  }

  boolean mapped() {
    return window != null;
  }

  /** The window to write {@code bytes} at {@code position} of the segment. */
  MappedWindow windowFor(LogSegment target, int position, int bytes, int segmentBytes)
      throws IOException {
    MappedWindow current = window;
    if (current != null && segment == target) {
      if (current.covers(position, bytes)) {
        return current;
      }
      MappedWindow prepared = next;
      next = null;
      if (prepared != null) {
        retire(current);
        window = prepared;
        resize();
        if (prepared.covers(position, bytes)) {
          return prepared;
        }
      }
    } else if (segment != target) {
      moveTo(target);
    }
    return mapInline(target, position, bytes, segmentBytes);
  }

  private void moveTo(LogSegment target) throws IOException {
    release();
    segment = target;
    reservedEnd = target.log().length();
  }

  private MappedWindow mapInline(LogSegment target, int position, int bytes, int segmentBytes)
      throws IOException {
    if (window != null) {
      retire(window);
      window = null;
      resize();
    }
    generation++;
    inlineWindows++;
    long end = windowEnd(position, bytes, segmentBytes);
    MappedWindow mapped =
        MappedWindow.map(
            target.log().path(), floor(position), Math.min(reservedEnd, end), end, false);
    reservedEnd = Math.max(reservedEnd, end);
    window = mapped;
    windowSinceMs = clockMs.getAsLong();
    return mapped;
  }

  private long windowEnd(int position, int bytes, int segmentBytes) {
    long needed = (long) position + bytes;
    long limit = Math.max(ceiling(segmentBytes), ceiling(needed));
    return Math.min(limit, ceiling(Math.max(needed, (long) position + windowBytes)));
  }

  private static long floor(long position) {
    return position - position % MappedWindow.GRANULE_BYTES;
  }

  private static long ceiling(long position) {
    return floor(position + MappedWindow.GRANULE_BYTES - 1);
  }

  /** How long the last window lasted decides about the size of the next. */
  private void resize() {
    long now = clockMs.getAsLong();
    long lasted = now - windowSinceMs;
    windowSinceMs = now;
    if (lasted < BUSY_MS) {
      windowBytes = Math.min(WINDOW_MAX_BYTES, windowBytes * 4);
    } else if (lasted > SLOW_MS) {
      windowBytes = Math.max(WINDOW_MIN_BYTES, windowBytes / 4);
    }
  }

  /** Whether the next window should be prepared, after an append that ended at a position. */
  boolean wantsNext(int position, int segmentBytes) {
    MappedWindow current = window;
    return current != null
        && next == null
        && !preparing
        && current.end() - position < (current.end() - current.start()) / 2
        && current.end() < ceiling(segmentBytes);
  }

  /** What to prepare, so that it can be done without the lock. */
  record Preparation(LogSegment segment, long start, long reserveFrom, long end, int generation) {}

  /** Notes that a preparation begins; null when there is nothing to prepare any more. */
  @Nullable Preparation beginPreparation(int position, int segmentBytes) {
    LogSegment target = segment;
    if (target == null || !wantsNext(position, segmentBytes)) {
      return null;
    }
    preparing = true;
    long end = Math.min(ceiling(segmentBytes), ceiling(reservedEnd + windowBytes));
    return new Preparation(target, floor(position), reservedEnd, end, generation);
  }

  /** Reserves and maps. Without the lock; may wait. */
  static MappedWindow prepare(Preparation preparation) throws IOException {
    return MappedWindow.map(
        preparation.segment().log().path(),
        preparation.start(),
        preparation.reserveFrom(),
        preparation.end(),
        true);
  }

  /** Takes over a prepared window, or gives it back when it came too late. */
  void endPreparation(Preparation preparation, @Nullable MappedWindow prepared) {
    preparing = false;
    if (prepared == null) {
      return;
    }
    if (preparation.generation() == generation && segment == preparation.segment()) {
      reservedEnd = Math.max(reservedEnd, preparation.end());
      next = prepared;
    } else {
      retire(prepared);
    }
  }

  /** Lets go of all mappings; the segment's file may be cut afterwards. */
  void release() {
    generation++;
    if (window != null) {
      retire(window);
      window = null;
    }
    if (next != null) {
      retire(next);
      next = null;
    }
    segment = null;
  }

  /** As {@link #release}, and starts over with the smallest window. */
  void releaseIdle() {
    release();
    windowBytes = WINDOW_MIN_BYTES;
  }

  private void retire(MappedWindow old) {
    background.execute(old::release);
  }
}
