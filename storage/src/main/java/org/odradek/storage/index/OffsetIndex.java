package org.odradek.storage.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.odradek.storage.file.DataFile;

/**
 * Kafka's {@code .index}: for some batches the offset and the position in the segment. An entry has
 * the <em>last</em> offset of its batch, and the position where the batch begins.
 *
 * <pre>
 *  0                               4                               8
 *  +-------------------------------+-------------------------------+
 *  |  offset - base offset (int32) |     position (int32)          |
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>Thread-safety: any thread; writers exclude each other.
 */
public final class OffsetIndex {
  public static final int ENTRY_BYTES = 8;

  private final EntryFile entries;
  private final long baseOffset;

  public OffsetIndex(DataFile file, long baseOffset) {
    this.entries = new EntryFile(file, ENTRY_BYTES);
    this.baseOffset = baseOffset;
  }

  /** Says that the file is new and empty, which saves looking. */
  public void fresh() {
    entries.fresh();
  }

  public int count() throws IOException {
    return entries.count();
  }

  /**
   * As {@link #positionFor}, when that most likely waits for no disk, and -1 else. Waits for
   * nothing itself. A hint only: the index may be cut meanwhile, and its file be another's.
   */
  public int cachedPositionFor(long offset) {
    int number = entries.cachedFloor(offset - baseOffset, 4);
    if (number < 0) {
      return number == EntryFile.NOT_CACHED ? -1 : 0;
    }
    ByteBuffer entry = entries.cachedEntry(number);
    return entry == null ? -1 : entry.getInt(4);
  }

  /** Entries that are in memory only. */
  public int unspilled() {
    return entries.unspilled();
  }

  /** Adds an entry, with a larger offset than the last. */
  public void append(long offset, int position) {
    entries.append(offset - baseOffset, 4, position, 4);
  }

  /**
   * Where to start scanning for {@code offset}: the position of the last entry at or below it; 0
   * when there is none.
   */
  public int positionFor(long offset) throws IOException {
    int number = entries.floor(offset - baseOffset, 4);
    return number < 0 ? 0 : entries.entry(number).getInt(4);
  }

  /** The offset of the first entry at or after a position; {@link Long#MAX_VALUE} for none. */
  public long offsetAtOrAfter(int position) throws IOException {
    int low = 0;
    int high = entries.count();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.entry(middle).getInt(4) >= position) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low == entries.count() ? Long.MAX_VALUE : baseOffset + entries.entry(low).getInt(0);
  }

  /** The position of the last entry that is not beyond a limit; 0 when there is none. */
  public int lastPositionBelow(int limit) throws IOException {
    for (int number = entries.count() - 1; number >= 0; number--) {
      int position = entries.entry(number).getInt(4);
      if (position >= 0 && position < limit) {
        return position;
      }
    }
    return 0;
  }

  /** Removes entries at or above an offset. */
  public void truncateTo(long offset) throws IOException {
    entries.truncate(entries.floor(offset - baseOffset - 1, 4) + 1);
  }

  /** Whether entries rise and stay inside a segment of the given size; looks at the last one. */
  public boolean plausible(int segmentBytes) throws IOException {
    int count = entries.count();
    if (entries.file().length() % ENTRY_BYTES != 0) {
      return false;
    }
    if (count == 0) {
      return true;
    }
    ByteBuffer last = entries.entry(count - 1);
    return last.getInt(0) > 0 && last.getInt(4) > 0 && last.getInt(4) < segmentBytes;
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
