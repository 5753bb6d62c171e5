package org.odradek.storage;

import java.io.IOException;
import java.nio.file.Files;

/**
 * Deletes old segments by time and size, and forgets old producers. Only what is below the high
 * watermark goes.
 *
 * <p>Thread-safety: takes the log's file lock; may wait.
 */
final class LogRetention {
  private LogRetention() {}

  /** Checks one log. */
  static void apply(PartitionLog log, long nowMs) throws IOException {
    LogState state = log.state();
    LogConfig config = state.config;
    if (state.closed || !config.deleted()) {
      return;
    }
    state.fileLock.lock();
    try {
      if (state.closed) {
        return;
      }
      log.maintenance()
          .removeFirst(
              breachingTime(state, nowMs), "older than retention.ms of " + config.retentionMs());
      log.maintenance()
          .removeFirst(
              breachingSize(state), "beyond retention.bytes of " + config.retentionBytes());
    } finally {
      state.fileLock.unlock();
    }
  }

  /**
   * A decision, made without the append lock.
   *
   * @param count how many of the first segments are to go
   * @param end where the log ended before the decision: if it has moved, the segment that was
   *     appended to then, and all after it, have records that the decision did not know of
   */
  record Expired(int count, LogPosition end) {
    /** How many may still go. Under the append lock. */
    int stillExpired(LogPosition endNow, LogSegment[] all) {
      return end.offset() == endNow.offset()
          ? count
          : Math.min(count, Math.max(0, SegmentList.floorIndex(all, end.segmentBaseOffset())));
    }
  }

  /** What is too old. With the file lock held. */
  static Expired breachingTime(LogState state, long nowMs) throws IOException {
    LogPosition end = state.end;
    long retentionMs = state.config.retentionMs();
    if (retentionMs < 0) {
      return new Expired(0, end);
    }
    LogSegment[] all = state.segments.all();
    int count = 0;
    while (count < all.length
        && deletable(state, all, count)
        && nowMs - timestampOf(all[count]) > retentionMs) {
      count++;
    }
    return new Expired(count, end);
  }

  /** The largest timestamp; the file's time where records have none. */
  private static long timestampOf(LogSegment segment) throws IOException {
    long timestamp = segment.maxTimestampMs();
    return timestamp >= 0 ? timestamp : Files.getLastModifiedTime(segment.log().path()).toMillis();
  }

  /** What is too much. With the file lock held. */
  static Expired breachingSize(LogState state) {
    LogPosition end = state.end;
    long retentionBytes = state.config.retentionBytes();
    LogSegment[] all = state.segments.all();
    long excess = state.segments.sizeInBytes() - retentionBytes;
    int count = 0;
    while (retentionBytes >= 0
        && count < all.length
        && deletable(state, all, count)
        && excess - all[count].size() >= 0) {
      excess -= all[count].size();
      count++;
    }
    return new Expired(count, end);
  }

  private static boolean deletable(LogState state, LogSegment[] all, int at) {
    boolean last = at == all.length - 1;
    if (last && all[at].size() == 0) {
      return false;
    }
    long next = last ? state.end.offset() : all[at + 1].baseOffset();
    return next <= state.highWatermark.offset();
  }

  /** Forgets producers that wrote nothing for the given time. */
  static void expireProducers(PartitionLog log, long beforeMs) {
    LogState state = log.state();
    state.appendLock.lock();
    try {
      if (state.producers.size() > 0) {
        state.producers.expire(beforeMs);
      }
    } finally {
      state.appendLock.unlock();
    }
  }
}
