package org.odradek.storage.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.odradek.storage.file.DataFile;

/**
 * A file of entries of one size, sorted by a key that begins each of them: the older entries are in
 * the file, the newer ones in memory, until they are spilled.
 *
 * <pre>
 *   file:    | entry 0 | entry 1 | ... | entry inFile-1 |
 *   memory:                                             | entry inFile | ... | entry count-1 |
 * </pre>
 *
 * <p>Thread-safety: any thread; writers exclude each other.
 */
final class EntryFile {
  /** What {@link #cachedFloor} says where it would have to wait. */
  static final int NOT_CACHED = EntrySearch.NOT_CACHED;

  private static final int UNKNOWN = -1;
  private static final byte[] NO_TAIL = {};
  private static final int FIRST_TAIL_ENTRIES = 16;

  private final DataFile file;
  private final int entryBytes;

  /** Held while the file is written or cut; taken before the monitor of this. */
  private final Object writing = new Object();

  /** Guarded by this: how many entries the file has; looked up when first wanted. */
  private int inFile = UNKNOWN;

  /** Guarded by this: entries not in the file yet. */
  private byte[] tail = NO_TAIL;

  /** Guarded by this. */
  private int inTail;

  /** Guarded by this: of those in the file; null before the first search. */
  private @Nullable RecentEntries recent;

  /**
   * Guarded by {@link #writing}: whether there may be entries in the file after those that count.
   */
  private boolean hasStaleEnd;

  EntryFile(DataFile file, int entryBytes) {
    this.file = file;
    this.entryBytes = entryBytes;
  }

  DataFile file() {
    return file;
  }

  /** Says that the file is new and empty, which saves looking. */
  synchronized void fresh() {
    inFile = 0;
  }

  synchronized int count() throws IOException {
    return loadedInFile() + inTail;
  }

  synchronized int unspilled() {
    return inTail;
  }

  /** Bytes of the file once all is spilled. */
  synchronized long sizeInBytes() throws IOException {
    return (long) count() * entryBytes;
  }

  private int loadedInFile() throws IOException {
    if (inFile == UNKNOWN) {
      inFile = (int) (file.length() / entryBytes);
    }
    return inFile;
  }

  /** Appends an entry of two big-endian numbers, of the given widths. */
  synchronized void append(long first, int firstBytes, long second, int secondBytes) {
    int at = inTail * entryBytes;
    if (at == tail.length) {
      tail = Arrays.copyOf(tail, Math.max(FIRST_TAIL_ENTRIES * entryBytes, 2 * tail.length));
    }
    put(tail, at, first, firstBytes);
    put(tail, at + firstBytes, second, secondBytes);
    inTail++;
  }

  private static void put(byte[] target, int at, long value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) {
      target[at + i] = (byte) value;
      value >>>= 8;
    }
  }

  /** The entry with the given number, which must exist. */
  ByteBuffer entry(int number) throws IOException {
    synchronized (this) {
      int stored = loadedInFile();
      if (number >= stored) {
        return tailEntry(number - stored);
      }
      ByteBuffer known = recentEntry(number);
      if (known != null) {
        return known;
      }
    }
    return readEntries(number, 1);
  }

  /** The entry with the given number, if it is found without waiting for a disk. */
  @Nullable ByteBuffer cachedEntry(int number) {
    synchronized (this) {
      int inMemory = number - inFile;
      if (inFile == UNKNOWN || inMemory >= inTail) {
        return null; // cut meanwhile
      }
      if (inMemory >= 0) {
        return tailEntry(inMemory);
      }
      ByteBuffer known = recentEntry(number);
      if (known != null) {
        return known;
      }
    }
    return peekEntries(number, 1);
  }

  private @Nullable ByteBuffer recentEntry(int number) {
    return recent == null ? null : recent.entry(number);
  }

  private ByteBuffer tailEntry(int number) {
    int at = number * entryBytes;
    return ByteBuffer.wrap(Arrays.copyOfRange(tail, at, at + entryBytes));
  }

  /**
   * The number of the last entry whose key is at most {@code key}; -1 when there is none. Keys do
   * not fall from entry to entry.
   *
   * @param keyBytes 4 or 8: the width of the key that each entry begins with
   */
  int floor(long key, int keyBytes) throws IOException {
    synchronized (this) {
      var _ = loadedInFile();
    }
    return floor(key, keyBytes, this::readEntries);
  }

  /**
   * As {@link #floor}, if it is found without waiting for a disk: in memory, or in a file that is
   * open, by entries that are in the page cache. {@link #NOT_CACHED} else. Of the file it looks at
   * what {@link #floor} reads, and at no more: mostly at one place, at three the first time. A hint
   * only, see {@link DataFile#peek}.
   */
  int cachedFloor(long key, int keyBytes) {
    try {
      return floor(key, keyBytes, this::peekEntries);
    } catch (IOException e) {
      return NOT_CACHED;
    }
  }

  private int floor(long key, int keyBytes, EntrySearch.Source source) throws IOException {
    Search search;
    int stored;
    synchronized (this) {
      stored = inFile;
      if (stored == UNKNOWN) {
        return NOT_CACHED;
      }
      if (inTail > 0 && keyAt(tail, 0, keyBytes) <= key) {
        return stored + floorInTail(key, keyBytes);
      }
      if (recent == null) {
        recent = new RecentEntries();
      }
      int known = recent.floor(key);
      if (known >= 0) {
        return known;
      }
      search = new Search(source, stored, recent);
    }
    int number = new EntrySearch(entryBytes, keyBytes).floor(search, stored, key);
    search.endedAt(number, keyBytes);
    return number;
  }

  /** Where a search reads; what the next one may need is kept. */
  private final class Search implements EntrySearch.Source {
    private final EntrySearch.Source source;
    private final int count;
    private final RecentEntries kept;
    private final int age;
    private int blockFirst;
    private byte[] block = NO_TAIL;

    Search(EntrySearch.Source source, int count, RecentEntries kept) {
      this.source = source;
      this.count = count;
      this.kept = kept;
      this.age = kept.age();
    }

    @Override
    public @Nullable ByteBuffer entries(int first, int wanted) throws IOException {
      if (wanted == 1) {
        synchronized (EntryFile.this) {
          ByteBuffer known = kept.entry(first);
          if (known != null) {
            return known;
          }
        }
      }
      ByteBuffer read = source.entries(first, wanted);
      if (read == null) {
        return null;
      }
      if (wanted == 1) {
        synchronized (EntryFile.this) {
          kept.rememberEnd(age, first, count, read.array());
        }
      } else {
        blockFirst = first;
        block = read.array();
      }
      return read;
    }

    void endedAt(int number, int keyBytes) {
      int at = (number - blockFirst) * entryBytes;
      if (number < blockFirst || at + 2 * entryBytes > block.length) {
        return;
      }
      byte[] entry = Arrays.copyOfRange(block, at, at + entryBytes);
      long nextKey = keyAt(block, at + entryBytes, keyBytes);
      synchronized (EntryFile.this) {
        kept.rememberFound(age, number, entry, keyAt(block, at, keyBytes), nextKey);
      }
    }
  }

  private int floorInTail(long key, int keyBytes) {
    int low = 0;
    int high = inTail - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (keyAt(tail, middle * entryBytes, keyBytes) <= key) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private static long keyAt(byte[] entries, int at, int keyBytes) {
    long value = entries[at];
    for (int i = 1; i < keyBytes; i++) {
      value = value << 8 | (entries[at + i] & 0xff);
    }
    return value;
  }

  private @Nullable ByteBuffer peekEntries(int first, int count) {
    byte[] bytes = new byte[count * entryBytes];
    return file.peek((long) first * entryBytes, bytes) ? ByteBuffer.wrap(bytes) : null;
  }

  private ByteBuffer readEntries(int first, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count * entryBytes);
    DataFile.Handle handle = file.acquire();
    try {
      long position = (long) first * entryBytes;
      while (bytes.hasRemaining()) {
        int read = handle.channel().read(bytes, position + bytes.position());
        if (read < 0) {
          throw new IOException("Index " + file + " ends before entry " + (first + count - 1));
        }
      }
    } finally {
      handle.release();
    }
    return bytes.flip();
  }

  /**
   * Writes what is in memory to the file, and frees the memory.
   *
   * @param force whether to force the file too
   */
  void spill(boolean force) throws IOException {
    synchronized (writing) {
      byte[] entries;
      int count;
      int at;
      synchronized (this) {
        count = inTail;
        entries = tail;
        at = loadedInFile();
      }
      if (hasStaleEnd) {
        cut((long) (at + count) * entryBytes);
        hasStaleEnd = false;
      }
      if (count == 0 && !force) {
        return;
      }
      DataFile.Handle handle = file.acquire();
      try {
        writeFully(handle.channel(), ByteBuffer.wrap(entries, 0, count * entryBytes), at);
        if (force) {
          handle.channel().force(true);
        }
      } finally {
        handle.release();
      }
      synchronized (this) {
        int left = inTail - count;
        tail =
            left == 0 ? NO_TAIL : Arrays.copyOfRange(tail, count * entryBytes, inTail * entryBytes);
        inTail = left;
        inFile = at + count;
      }
    }
  }

  private void writeFully(FileChannel channel, ByteBuffer bytes, int firstEntry)
      throws IOException {
    long position = (long) firstEntry * entryBytes;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  /** Keeps the first {@code count} entries only. */
  void truncate(int count) throws IOException {
    synchronized (writing) {
      synchronized (this) {
        int stored = loadedInFile();
        if (count >= stored) {
          inTail = Math.min(inTail, count - stored);
          return;
        }
        tail = NO_TAIL;
        inTail = 0;
        inFile = count;
        forgetRecent();
      }
      cut((long) count * entryBytes);
      hasStaleEnd = false;
    }
  }

  /**
   * Empties the index, to be built again. The file is written over by the next {@link #spill}, and
   * cut then if it has become shorter: mostly it gets the same entries again, and file systems take
   * milliseconds to cut a file.
   */
  void clear() {
    synchronized (writing) {
      synchronized (this) {
        tail = NO_TAIL;
        inTail = 0;
        inFile = 0;
        forgetRecent();
      }
      hasStaleEnd = true;
    }
  }

  /** By whoever holds the monitor. */
  private void forgetRecent() {
    if (recent != null) {
      recent.forget();
    }
  }

  private void cut(long length) throws IOException {
    if (file.length() > length) {
      DataFile.Handle handle = file.acquire();
      try {
        handle.channel().truncate(length);
      } finally {
        handle.release();
      }
    }
  }
}
