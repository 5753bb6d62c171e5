package org.odradek.storage;

import java.util.Arrays;
import java.util.List;

/**
 * The segments of a log in the order of their base offsets, never empty once the log is open. An
 * immutable array is swapped with each change, so that readers need no lock.
 *
 * <p>Thread-safety: any thread reads; changes hold the log's append lock.
 */
final class SegmentList {
  private volatile LogSegment[] segments = {};

  /** All segments; not to be changed. */
  LogSegment[] all() {
    return segments;
  }

  LogSegment first() {
    return segments[0];
  }

  /** The segment that is appended to. */
  LogSegment active() {
    LogSegment[] now = segments;
    return now[now.length - 1];
  }

  int count() {
    return segments.length;
  }

  /** Where in {@code all} the last segment with a base offset at or below the offset is, or -1. */
  static int floorIndex(LogSegment[] all, long offset) {
    int low = 0;
    int high = all.length - 1;
    if (high >= 0 && all[high].baseOffset() <= offset) {
      return high;
    }
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (all[middle].baseOffset() <= offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  void add(LogSegment segment) {
    LogSegment[] now = segments;
    if (now.length > 0 && now[now.length - 1].baseOffset() >= segment.baseOffset()) {
      throw new IllegalStateException(
          "Segment "
              + segment.baseOffset()
              + " cannot follow segment "
              + now[now.length - 1].baseOffset());
    }
    LogSegment[] grown = Arrays.copyOf(now, now.length + 1);
    grown[now.length] = segment;
    segments = grown;
  }

  void replaceAll(List<LogSegment> replacement) {
    segments = replacement.toArray(LogSegment[]::new);
  }

  /** Takes the first {@code count} segments out. */
  void removeFirst(int count) {
    LogSegment[] now = segments;
    segments = Arrays.copyOfRange(now, count, now.length);
  }

  /** Keeps the first {@code count} segments. */
  void keepFirst(int count) {
    segments = Arrays.copyOf(segments, count);
  }

  boolean contains(LogSegment segment) {
    for (LogSegment each : segments) {
      if (each == segment) {
        return true;
      }
    }
    return false;
  }

  long sizeInBytes() {
    long sum = 0;
    for (LogSegment each : segments) {
      sum += each.size();
    }
    return sum;
  }
}
