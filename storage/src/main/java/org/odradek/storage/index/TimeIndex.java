package org.odradek.storage.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.odradek.storage.file.DataFile;

/**
 * Kafka's {@code .timeindex}: the largest timestamp so far, and the last offset of the batch that
 * has it. Timestamps rise from entry to entry.
 *
 * <pre>
 *  0                                                               8                              12
 *  +---------------------------------------------------------------+-------------------------------+
 *  |                 timestamp in ms (int64)                       |  offset - base offset (int32) |
 *  +---------------------------------------------------------------+-------------------------------+
 * </pre>
 *
 * <p>Thread-safety: any thread; writers exclude each other.
 */
public final class TimeIndex {
  public static final int ENTRY_BYTES = 12;

  private final EntryFile entries;
  private final long baseOffset;

  public TimeIndex(DataFile file, long baseOffset) {
    this.entries = new EntryFile(file, ENTRY_BYTES);
    this.baseOffset = baseOffset;
  }

  /** An entry: the largest timestamp up to an offset. */
  public record Entry(long timestampMs, long offset) {}

  /** Says that the file is new and empty, which saves looking. */
  public void fresh() {
    entries.fresh();
  }

  public int count() throws IOException {
    return entries.count();
  }

  /** Entries that are in memory only. */
  public int unspilled() {
    return entries.unspilled();
  }

  /** Adds an entry; the caller has seen to it that the timestamp is larger than the last. */
  public void append(long timestampMs, long offset) {
    entries.append(timestampMs, 8, offset - baseOffset, 4);
  }

  /** The last entry; timestamp -1 and the base offset when there is none. */
  public Entry last() throws IOException {
    int count = entries.count();
    return count == 0 ? new Entry(-1, baseOffset) : decode(entries.entry(count - 1));
  }

  /**
   * From which offset on to look for a timestamp: that of the last entry at or below it, else the
   * base offset.
   */
  public long offsetFor(long timestampMs) throws IOException {
    int number = entries.floor(timestampMs, 8);
    return number < 0 ? baseOffset : decode(entries.entry(number)).offset();
  }

  private Entry decode(ByteBuffer entry) {
    return new Entry(entry.getLong(0), baseOffset + entry.getInt(8));
  }

  /** Removes entries at or above an offset. */
  public void truncateTo(long offset) throws IOException {
    int keep = entries.count();
    while (keep > 0 && decode(entries.entry(keep - 1)).offset() >= offset) {
      keep--;
    }
    entries.truncate(keep);
  }

  /** Whether the last entry is one that a segment with this base offset can have. */
  public boolean plausible() throws IOException {
    if (entries.file().length() % ENTRY_BYTES != 0) {
      return false;
    }
    int count = entries.count();
    if (count == 0) {
      return true;
    }
    Entry last = last();
    return last.timestampMs() >= 0
        && last.offset() >= baseOffset
        && decode(entries.entry(0)).timestampMs() <= last.timestampMs();
  }

  public void clear() {
    entries.clear();
  }

  public void spill(boolean force) throws IOException {
    entries.spill(force);
  }

  public DataFile file() {
    return entries.file();
  }
}
