package org.odradek.storage;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.storage.file.LogFolder;
import org.odradek.storage.producer.ProducerStates;

/**
 * What the parts of one log share: its segments, its offsets, and the two locks.
 *
 * <p>Lock order: {@link #fileLock} before {@link #appendLock} before the monitor of this. The file
 * lock excludes what changes files from each other (reserving blocks, sealing, cutting, deleting)
 * and may be held while the disk is waited for; the append lock guards what an append changes, and
 * is held for the length of a write to the page cache.
 *
 * <p>Thread-safety: volatile fields may be read by any thread; each is written under the append
 * lock, except for the high watermark, which has the monitor of this.
 */
final class LogState {
  /** A power of two: how many of the last batch boundaries are remembered. */
  private static final int RECENT = 32;

  /** Reads within one to two of these bytes from the end count as resident. */
  private static final int RESIDENT_STEP_BYTES = 16 << 20;

  final TopicPartition partition;
  final LogDirectory directory;
  final LogFolder folder;
  final ReentrantLock fileLock = new ReentrantLock();
  final ReentrantLock appendLock = new ReentrantLock();
  final SegmentList segments = new SegmentList();
  final ProducerStates producers;
  final LeaderEpochs epochs;
  final SegmentWriter writer;

  volatile LogConfig config;
  volatile @Nullable Uuid topicId;
  volatile LogPosition end = new LogPosition(0, 0, 0);
  volatile LogPosition highWatermark = LogPosition.ofOffset(0);
  volatile long logStartOffset;
  volatile long recoveryPoint;
  volatile long firstUnstableOffset = Long.MAX_VALUE;
  volatile boolean closed;

  /** Another log has taken this one's place: it is read to the end by who does, and not changed. */
  volatile boolean replaced;

  /** When {@code flush.ms} was last seen to; only the periodic work touches it. */
  volatile long lastFlushMs;

  /** Whether there was an append since the idle sweep last looked. */
  volatile boolean appendedLately;

  /** Whether the last clean stop's files no longer tell all. */
  volatile boolean changedSinceOpen;

  /** Grows when a truncation begins and when it ends, both under the append lock. */
  private final AtomicInteger truncations = new AtomicInteger();

  /** Racy on purpose: positions are immutable, a stale one is as true as a new one. */
  private final @Nullable LogPosition[] recent = new @Nullable LogPosition[RECENT];

  private int recentNext;
  private volatile long residentFrom;
  private long residentCandidate;
  private long bytesSinceCandidate;

  LogState(TopicPartition partition, LogDirectory directory, LogFolder folder, LogConfig config) {
    this.partition = partition;
    this.directory = directory;
    this.folder = folder;
    this.config = config;
    this.producers = new ProducerStates(partition);
    this.epochs = new LeaderEpochs(folder);
    this.writer = new SegmentWriter(directory.runtime().clockMs());
  }

  void ensureOpen() {
    directory.ensureOnline();
    if (closed) {
      throw new LogException(
          ErrorCode.KAFKA_STORAGE_ERROR, "The log of " + partition + " is closed or deleted");
    }
  }

  /** As {@link LogDirectory#failed}; but a log that is gone fails alone. */
  LogException failed(String operation, Throwable cause) {
    if (closed) {
      return new LogException(
          ErrorCode.KAFKA_STORAGE_ERROR,
          operation + ": the log of " + partition + " is closed or deleted",
          cause);
    }
    return directory.failed(operation + " of " + partition, cause);
  }

  /**
   * A number that changes with each truncation. Who found the same number before and after, and
   * {@link #isTruncating} does not say so of it, has seen no half-truncated log.
   */
  int truncations() {
    return truncations.get();
  }

  /** Whether a truncation was under way when {@link #truncations} had this value. */
  static boolean isTruncating(int truncations) {
    return (truncations & 1) != 0;
  }

  /** From here on readers may find files shorter, or gone. Under the append lock. */
  void truncationBegins() {
    truncations.incrementAndGet();
  }

  /** Under the append lock, whether the truncation succeeded or not. */
  void truncationEnds() {
    truncations.incrementAndGet();
  }

  LogSegment newSegment(long baseOffset) {
    return new LogSegment(directory.openFiles(), folder, baseOffset, directory.nowMs());
  }

  /** Publishes a new end after an append. Under the append lock. */
  void appendedUpTo(LogPosition newEnd, int bytes) {
    recent[recentNext++ & (RECENT - 1)] = end;
    end = newEnd;
    bytesSinceCandidate += bytes;
    if (bytesSinceCandidate > RESIDENT_STEP_BYTES) {
      residentFrom = residentCandidate;
      residentCandidate = newEnd.offset();
      bytesSinceCandidate = 0;
    }
    if (!appendedLately) {
      appendedLately = true;
      changedSinceOpen = true;
    }
  }

  /** The end after the log was opened or cut: what was remembered of its tail is void. */
  void endIs(LogPosition newEnd) {
    Arrays.fill(recent, null);
    end = newEnd;
    residentFrom = newEnd.offset();
    residentCandidate = newEnd.offset();
    bytesSinceCandidate = 0;
  }

  boolean likelyResident(long offset) {
    return offset >= residentFrom;
  }

  /** The place of an offset, if it is one of the last batch boundaries; else null. */
  @Nullable LogPosition recent(long offset) {
    LogPosition now = end;
    if (now.offset() == offset) {
      return now;
    }
    for (LogPosition position : recent) {
      if (position != null && position.offset() == offset) {
        return position;
      }
    }
    return null;
  }

  /** Raises the high watermark; see {@link PartitionLog#updateHighWatermark}. */
  boolean raiseHighWatermark(long offset) {
    synchronized (this) {
      // In here, so that a truncation beside it either bounds it or lowers it again.
      long bounded = Math.max(Math.min(offset, end.offset()), logStartOffset);
      if (bounded <= highWatermark.offset()) {
        return false;
      }
      LogPosition located = recent(bounded);
      highWatermark = located == null ? LogPosition.ofOffset(bounded) : located;
    }
    if (firstUnstableOffset != Long.MAX_VALUE) {
      appendLock.lock();
      try {
        transactionsChanged();
      } finally {
        appendLock.unlock();
      }
    }
    return true;
  }

  /** Sets the high watermark: at opening, and with the append lock held down with a truncation. */
  void highWatermarkIs(long offset) {
    synchronized (this) {
      highWatermark =
          LogPosition.ofOffset(Math.max(Math.min(offset, end.offset()), logStartOffset));
    }
    transactionsChanged();
  }

  /** Lowers the high watermark to an offset if it is above. Under the append lock. */
  void highWatermarkAtMost(long offset) {
    synchronized (this) {
      if (highWatermark.offset() <= offset) {
        return;
      }
      highWatermark = LogPosition.ofOffset(offset);
    }
    transactionsChanged();
  }

  /** Finds the first undecided transaction again. At opening, or with the append lock held. */
  void transactionsChanged() {
    producers.highWatermarkMoved(highWatermark.offset());
    firstUnstableOffset = producers.firstUnstableOffset();
  }

  /**
   * Keeps a looked-up place, unless the high watermark moved on meanwhile, or there was a
   * truncation since {@link #truncations} had the given value.
   */
  synchronized void highWatermarkLocated(LogPosition located, int truncationsBefore) {
    if (highWatermark.offset() == located.offset() && truncations.get() == truncationsBefore) {
      highWatermark = located;
    }
  }

  long lastStableOffset() {
    return Math.min(highWatermark.offset(), firstUnstableOffset);
  }
}
