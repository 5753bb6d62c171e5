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
      int byTime = breachingTime(state, nowMs);
      log.maintenance().removeFirst(byTime, "older than retention.ms of " + config.retentionMs());
      int bySize = breachingSize(state);
      log.maintenance().removeFirst(bySize, "beyond retention.bytes of " + config.retentionBytes());
    } finally {
      state.fileLock.unlock();
    }
  }

  private static int breachingTime(LogState state, long nowMs) throws IOException {
    long retentionMs = state.config.retentionMs();
    if (retentionMs < 0) {
      return 0;
    }
    LogSegment[] all = state.segments.all();
    int count = 0;
    while (count < all.length
        && deletable(state, all, count)
        && nowMs - timestampOf(all[count]) > retentionMs) {
      count++;
    }
    return count;
  }

  /** The largest timestamp; the file's time where records have none. */
  private static long timestampOf(LogSegment segment) throws IOException {
    long timestamp = segment.maxTimestampMs();
    return timestamp >= 0 ? timestamp : Files.getLastModifiedTime(segment.log().path()).toMillis();
  }

  private static int breachingSize(LogState state) {
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
    return count;
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
