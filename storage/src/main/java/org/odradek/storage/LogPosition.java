package org.odradek.storage;

/**
 * An offset, and where its batch begins in the files of the log.
 *
 * @param offset the offset of a record
 * @param segmentBaseOffset the base offset of the segment that holds it; -1 when not known
 * @param position the position in that segment's file in bytes; -1 when not known
 */
public record LogPosition(long offset, long segmentBaseOffset, int position) {

  /** A position known by its offset only. */
  public static LogPosition ofOffset(long offset) {
    return new LogPosition(offset, -1, -1);
  }

  /** Whether the place in the files is known too. */
  public boolean located() {
    return position >= 0;
  }

  /**
   * Bytes from this position to a later one of the same segment; -1 when the two are in different
   * segments or one of them is not located. This is what a waiting fetch counts towards its minimum
   * bytes (a difference of segments counts as enough).
   */
  public long bytesUntil(LogPosition later) {
    return located() && later.located() && segmentBaseOffset == later.segmentBaseOffset
        ? later.position - (long) position
        : -1;
  }
}
