package org.odradek.storage.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.storage.AbortedTransaction;
import org.odradek.storage.file.DataFile;

/**
 * Kafka's {@code .txnindex}: the transactions whose abort marker is in the segment. Most segments
 * have none, and then there is no file.
 *
 * <pre>
 *  0       2               10              18              26              34
 *  +-------+---------------+---------------+---------------+---------------+
 *  |version|  producer id  | first offset  |  last offset  |  last stable  |
 *  | int16 |     int64     |     int64     |     int64     |     int64     |
 *  +-------+---------------+---------------+---------------+---------------+
 * </pre>
 *
 * <p>Thread-safety: any thread; writers exclude each other. All entries of a segment are in memory
 * once asked for.
 */
public final class TransactionIndex {
  public static final int ENTRY_BYTES = 34;
  private static final short VERSION = 0;

  private final DataFile file;

  /** Guarded by this; null until loaded. */
  private @Nullable List<AbortedTransaction> entries;

  /** Guarded by this: how many of the entries the file has. */
  private int inFile;

  public TransactionIndex(DataFile file) {
    this.file = file;
  }

  /** Says that there is no file, which saves looking. */
  public synchronized void fresh() {
    entries = List.of();
    inFile = 0;
  }

  public synchronized void append(AbortedTransaction transaction) throws IOException {
    List<AbortedTransaction> grown = new ArrayList<>(loaded());
    grown.add(transaction);
    entries = grown;
  }

  /** Hands over the transactions that overlap {@code [from, to)}. */
  public void overlapping(long from, long to, Consumer<AbortedTransaction> found)
      throws IOException {
    for (AbortedTransaction transaction : all()) {
      if (transaction.lastOffset() >= from && transaction.firstOffset() < to) {
        found.accept(transaction);
      }
    }
  }

  /** All entries, in the order of their markers. */
  public synchronized List<AbortedTransaction> all() throws IOException {
    return loaded();
  }

  private List<AbortedTransaction> loaded() throws IOException {
    List<AbortedTransaction> known = entries;
    if (known == null) {
      known = read();
      entries = known;
      inFile = known.size();
    }
    return known;
  }

  /** Whether the file, if there is one, has whole entries of a known version. */
  public synchronized boolean plausible() throws IOException {
    if (file.length() % ENTRY_BYTES != 0) {
      return false;
    }
    try {
      loaded();
      return true;
    } catch (UnknownVersionException e) {
      return false;
    }
  }

  private static final class UnknownVersionException extends IOException {
    private static final long serialVersionUID = 1L;

    UnknownVersionException(String message) {
      super(message);
    }
  }

  private List<AbortedTransaction> read() throws IOException {
    int length = (int) file.length();
    if (length < ENTRY_BYTES) {
      return List.of();
    }
    ByteBuffer bytes = ByteBuffer.allocate(length - length % ENTRY_BYTES);
    DataFile.Handle handle = file.acquire();
    try {
      while (bytes.hasRemaining()) {
        if (handle.channel().read(bytes, bytes.position()) < 0) {
          break;
        }
      }
    } finally {
      handle.release();
    }
    bytes.flip();
    List<AbortedTransaction> read = new ArrayList<>(bytes.remaining() / ENTRY_BYTES);
    while (bytes.remaining() >= ENTRY_BYTES) {
      short version = bytes.getShort();
      if (version > VERSION || version < 0) {
        throw new UnknownVersionException(
            "Transaction index " + file + " has an entry of version " + version + ", expected 0");
      }
      read.add(
          new AbortedTransaction(
              bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong()));
    }
    return read;
  }

  /** Removes entries whose marker is at or above an offset. */
  public synchronized void truncateTo(long offset) throws IOException {
    List<AbortedTransaction> known = loaded();
    int keep = known.size();
    while (keep > 0 && known.get(keep - 1).lastOffset() >= offset) {
      keep--;
    }
    if (keep < known.size()) {
      entries = new ArrayList<>(known.subList(0, keep));
      if (keep < inFile) {
        inFile = keep;
        cut((long) keep * ENTRY_BYTES);
      }
    }
  }

  public synchronized void clear() throws IOException {
    fresh();
    cut(0);
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

  /** Writes entries that are in memory only to the file. */
  public synchronized void spill(boolean force) throws IOException {
    List<AbortedTransaction> known = entries;
    if (known == null || (known.size() == inFile && (!force || inFile == 0))) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate((known.size() - inFile) * ENTRY_BYTES);
    for (AbortedTransaction transaction : known.subList(inFile, known.size())) {
      bytes
          .putShort(VERSION)
          .putLong(transaction.producerId())
          .putLong(transaction.firstOffset())
          .putLong(transaction.lastOffset())
          .putLong(transaction.lastStableOffset());
    }
    bytes.flip();
    DataFile.Handle handle = file.acquire();
    try {
      long position = (long) inFile * ENTRY_BYTES;
      while (bytes.hasRemaining()) {
        position += handle.channel().write(bytes, position);
      }
      if (force) {
        handle.channel().force(true);
      }
    } finally {
      handle.release();
    }
    inFile = known.size();
  }

  public DataFile file() {
    return file;
  }
}
