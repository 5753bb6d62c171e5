package org.odradek.storage.index;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the last searches of an {@link EntryFile} have read of its file, for the next: its ends, by
 * which they guess where to look, and where the last one ended, as each fetch asks at least twice
 * for the same offset. A hundred bytes for each file that was searched.
 *
 * <p>Thread-safety: none, guarded by its owner. What is remembered was read outside of that guard,
 * so it counts only if nothing was forgotten meanwhile.
 */
final class RecentEntries {
  private static final int NONE = -1;

  private int forgotten;
  private byte @Nullable [] first;
  private byte @Nullable [] last;
  private int lastNumber = NONE;
  private byte @Nullable [] found;
  private int foundNumber = NONE;
  private long foundKey;
  private long keyAfterFound;

  /** Entries that are in the file have been, or will be, replaced by others. */
  void forget() {
    forgotten++;
    first = null;
    last = null;
    lastNumber = NONE;
    found = null;
    foundNumber = NONE;
  }

  /** To be given back with what is read from now on. */
  int age() {
    return forgotten;
  }

  /** The number of the last entry whose key is at most this one, if that is known; -1 else. */
  int floor(long key) {
    return foundNumber != NONE && foundKey <= key && key < keyAfterFound ? foundNumber : NONE;
  }

  @Nullable ByteBuffer entry(int number) {
    byte[] bytes = null;
    if (number == foundNumber) {
      bytes = found;
    } else if (number == 0) {
      bytes = first;
    } else if (number == lastNumber) {
      bytes = last;
    }
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  /** One of the ends of the file, which has {@code count} entries. */
  void rememberEnd(int age, int number, int count, byte[] entry) {
    if (age != forgotten) {
      return;
    }
    if (number == 0) {
      first = entry;
    } else if (number == count - 1) {
      last = entry;
      lastNumber = number;
    }
  }

  /** Where a search ended: at an entry that has another behind it. */
  void rememberFound(int age, int number, byte[] entry, long key, long nextKey) {
    if (age != forgotten) {
      return;
    }
    found = entry;
    foundNumber = number;
    foundKey = key;
    keyAfterFound = nextKey;
  }
}
