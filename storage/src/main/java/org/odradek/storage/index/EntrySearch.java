package org.odradek.storage.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds sorted entries by the key that each begins with, where every look at them is a system call:
 * it looks first where the entry should be if keys grow evenly, as those of logs mostly do, and
 * halves what is left where they do not.
 *
 * <p>Thread-safety: any thread.
 *
 * @param entryBytes the size of an entry
 * @param keyBytes 4 or 8: the width of the key; keys do not fall from entry to entry
 */
record EntrySearch(int entryBytes, int keyBytes) {
  /** What {@link #floor} says where the source has not got what is needed. */
  static final int NOT_CACHED = -2;

  private static final int BLOCK_BYTES = 4096;

  /** Some entries; null if they are not to be had in this way. */
  @FunctionalInterface
  interface Source {
    @Nullable ByteBuffer entries(int first, int count) throws IOException;
  }

  /**
   * The number of the last of the entries whose key is at most {@code key}; -1 when there is none.
   */
  int floor(Source source, int count, long key) throws IOException {
    int perBlock = BLOCK_BYTES / entryBytes;
    int low = -1;
    int high = count - 1;
    if (count > perBlock) {
      ByteBuffer first = source.entries(0, 1);
      ByteBuffer last = source.entries(high, 1);
      if (first == null || last == null) {
        return NOT_CACHED;
      }
      long least = key(first, 0);
      long most = key(last, 0);
      if (least > key || most <= key) {
        return least > key ? -1 : high;
      }
      double share = (double) (key - least) / (most - least);
      int guess = Math.clamp((long) (share * high) - perBlock / 2, 0, count - perBlock);
      ByteBuffer block = source.entries(guess, perBlock);
      if (block == null) {
        return NOT_CACHED;
      }
      if (key(block, 0) > key) {
        high = guess - 1;
      } else if (key(block, perBlock - 1) <= key) {
        low = guess + perBlock - 1;
      } else {
        return guess + floorIn(block, key);
      }
    }
    while (high - low > perBlock) {
      int middle = (low + high + 1) >>> 1;
      ByteBuffer probe = source.entries(middle, 1);
      if (probe == null) {
        return NOT_CACHED;
      }
      if (key(probe, 0) <= key) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (high <= low) {
      return low;
    }
    ByteBuffer block = source.entries(low + 1, high - low);
    return block == null ? NOT_CACHED : low + 1 + floorIn(block, key);
  }

  /** The last entry of the block whose key is at most this one; -1 when there is none. */
  private int floorIn(ByteBuffer block, long key) {
    int low = -1;
    int high = block.limit() / entryBytes - 1;
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (key(block, middle) <= key) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private long key(ByteBuffer entries, int number) {
    int at = number * entryBytes;
    return keyBytes == Integer.BYTES ? entries.getInt(at) : entries.getLong(at);
  }
}
