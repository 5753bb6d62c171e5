package org.odradek.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.odradek.protocol.record.RecordBatchDescriptor;
import org.odradek.storage.file.DataFile;
import org.odradek.storage.file.FileKind;
import org.odradek.storage.file.LogFolder;
import org.odradek.storage.file.OpenFiles;
import org.odradek.storage.index.OffsetIndex;
import org.odradek.storage.index.TimeIndex;
import org.odradek.storage.index.TransactionIndex;

/**
 * One segment of a log: its file and its indexes. Only the last segment of a log is appended to.
 *
 * <p>Thread-safety: any thread may look things up below {@link #size}; everything that changes a
 * segment holds the log's append lock.
 */
final class LogSegment {
  private static final long UNKNOWN = Long.MIN_VALUE;
  private static final int LOOKUP_CHUNK_BYTES = 1024;
  private static final int TAIL_CHUNK_BYTES = 64 << 10;

  private final long baseOffset;
  private final DataFile log;
  private final OffsetIndex offsetIndex;
  private final TimeIndex timeIndex;
  private final TransactionIndex transactionIndex;
  private final long createdMs;

  /** Bytes of whole batches: what readers may see. */
  private volatile int size;

  /** Whether the file is cut to its size, and its indexes are written. */
  private volatile boolean sealed;

  /** Whether the index files of the sealed segment are on the disk for sure. */
  private volatile boolean indexesForced;

  private int bytesSinceIndexEntry;
  private int offsetEntries = -1;
  private int timeEntries = -1;
  private volatile long maxTimestampMs = UNKNOWN;
  private volatile long offsetOfMaxTimestamp;
  private long lastIndexedTimestampMs;

  /** The largest timestamp of the first batch, which rolling by time starts from. */
  private long firstTimestampMs = UNKNOWN;

  LogSegment(OpenFiles openFiles, LogFolder folder, long baseOffset, long createdMs) {
    this.baseOffset = baseOffset;
    this.createdMs = createdMs;
    this.log = new DataFile(openFiles, folder, baseOffset, FileKind.LOG);
    this.offsetIndex =
        new OffsetIndex(
            new DataFile(openFiles, folder, baseOffset, FileKind.OFFSET_INDEX), baseOffset);
    this.timeIndex =
        new TimeIndex(new DataFile(openFiles, folder, baseOffset, FileKind.TIME_INDEX), baseOffset);
    this.transactionIndex =
        new TransactionIndex(
            new DataFile(openFiles, folder, baseOffset, FileKind.TRANSACTION_INDEX));
  }

  long baseOffset() {
    return baseOffset;
  }

  int size() {
    return size;
  }

  DataFile log() {
    return log;
  }

  OffsetIndex offsetIndex() {
    return offsetIndex;
  }

  TimeIndex timeIndex() {
    return timeIndex;
  }

  TransactionIndex transactionIndex() {
    return transactionIndex;
  }

  boolean sealed() {
    return sealed;
  }

  boolean indexesForced() {
    return indexesForced;
  }

  /** Makes the file of a new, empty segment. */
  void create() throws IOException {
    log.create();
    offsetIndex.fresh();
    timeIndex.fresh();
    transactionIndex.fresh();
    size = 0;
    forgetEntries();
    maxTimestampMs = -1;
    lastIndexedTimestampMs = -1;
    offsetOfMaxTimestamp = baseOffset;
    offsetEntries = 0;
    timeEntries = 0;
  }

  /** Says how much of an existing file is whole batches. */
  void opened(int validBytes, boolean cutToSize) {
    size = validBytes;
    sealed = cutToSize;
    // What is taken as it is has been forced by whoever sealed it.
    indexesForced = cutToSize;
  }

  // Appending: all under the append lock.

  /** Notes a batch that has been written at {@code position}, which is the size so far. */
  void appended(int position, int bytes, long lastOffset, long maxTimestamp, int indexIntervalBytes)
      throws IOException {
    loadEntries();
    if (position == 0) {
      firstTimestampMs = maxTimestamp;
    }
    if (maxTimestamp > maxTimestampMs) {
      maxTimestampMs = maxTimestamp;
      offsetOfMaxTimestamp = lastOffset;
    }
    if (bytesSinceIndexEntry > indexIntervalBytes) {
      offsetIndex.append(lastOffset, position);
      offsetEntries++;
      addTimeEntry();
      bytesSinceIndexEntry = 0;
    }
    bytesSinceIndexEntry += bytes;
  }

  /** Shows readers what has been appended. */
  void publish(int newSize) {
    size = newSize;
    if (sealed) {
      sealed = false;
    }
  }

  private void addTimeEntry() {
    if (maxTimestampMs > lastIndexedTimestampMs) {
      timeIndex.append(maxTimestampMs, offsetOfMaxTimestamp);
      lastIndexedTimestampMs = maxTimestampMs;
      timeEntries++;
    }
  }

  /** Adds the entry that tells the largest timestamp of the whole segment. */
  void addLastTimeEntry() throws IOException {
    loadEntries();
    addTimeEntry();
  }

  private void loadEntries() throws IOException {
    if (offsetEntries < 0) {
      offsetEntries = offsetIndex.count();
      timeEntries = timeIndex.count();
      TimeIndex.Entry last = timeIndex.last();
      lastIndexedTimestampMs = last.timestampMs();
      // Also instead of what a reader found before a truncation.
      synchronized (this) {
        maxTimestampMs = last.timestampMs();
        offsetOfMaxTimestamp = last.offset();
      }
    }
  }

  private void forgetEntries() {
    offsetEntries = -1;
    timeEntries = -1;
    bytesSinceIndexEntry = 0;
    maxTimestampMs = UNKNOWN;
    firstTimestampMs = UNKNOWN;
  }

  /** Whether a batch of these measures has to go to a new segment. */
  boolean mustRollBefore(
      int bytes, long lastOffset, long maxTimestamp, long nowMs, LogConfig config, long jitterMs)
      throws IOException {
    int now = size;
    if (now == 0) {
      return lastOffset - baseOffset > Integer.MAX_VALUE;
    }
    if (now > config.segmentBytes() - bytes || lastOffset - baseOffset > Integer.MAX_VALUE) {
      return true;
    }
    loadEntries();
    return offsetEntries >= config.segmentIndexBytes() / OffsetIndex.ENTRY_BYTES
        || timeEntries >= config.segmentIndexBytes() / TimeIndex.ENTRY_BYTES - 1
        || waitedMs(maxTimestamp, nowMs) > config.segmentMs() - jitterMs;
  }

  private long waitedMs(long maxTimestamp, long nowMs) throws IOException {
    if (firstTimestampMs == UNKNOWN) {
      DataFile.Handle handle = log.acquire();
      try {
        var first = new SegmentScanner(handle.channel(), 0, size, LOOKUP_CHUNK_BYTES, false);
        firstTimestampMs = first.next() ? first.maxTimestamp() : -1;
      } finally {
        handle.release();
      }
    }
    return firstTimestampMs >= 0 && maxTimestamp >= 0
        ? maxTimestamp - firstTimestampMs
        : nowMs - createdMs;
  }

  // Looking up: any thread.

  /** The largest timestamp in the segment; -1 when it has none. May read the time index. */
  long maxTimestampMs() throws IOException {
    long known = maxTimestampMs;
    if (known != UNKNOWN) {
      return known;
    }
    TimeIndex.Entry last = timeIndex.last();
    synchronized (this) {
      // An append may have brought a larger one meanwhile.
      if (maxTimestampMs == UNKNOWN) {
        offsetOfMaxTimestamp = last.offset();
        maxTimestampMs = last.timestampMs();
      }
      return maxTimestampMs;
    }
  }

  /** The last offset of the batch with the largest timestamp. */
  long offsetOfMaxTimestamp() throws IOException {
    maxTimestampMs();
    return offsetOfMaxTimestamp;
  }

  /**
   * Finds the first batch whose last offset is at least {@code offset}, looking below {@code
   * limit}.
   *
   * @return its position in the upper half and its size in the lower half; -1 when there is none
   */
  long locate(long offset, int limit) throws IOException {
    int start = offset <= baseOffset ? 0 : offsetIndex.positionFor(offset);
    if (start >= limit || start < 0) {
      start = 0;
    }
    DataFile.Handle handle = log.acquire();
    try {
      var scanner = new SegmentScanner(handle.channel(), start, limit, LOOKUP_CHUNK_BYTES, false);
      while (scanner.next()) {
        if (scanner.lastOffset() >= offset) {
          return (long) scanner.position() << 32 | scanner.sizeInBytes();
        }
      }
      return -1;
    } finally {
      handle.release();
    }
  }

  /**
   * Whether a read from an offset most likely finds index and batches without waiting for a disk.
   * Waits for nothing itself.
   */
  boolean isCached(long offset, int maxBytes) {
    int limit = size;
    int start = offset <= baseOffset ? 0 : offsetIndex.cachedPositionFor(offset);
    long length = Math.min((long) limit - start, (long) maxBytes + TAIL_CHUNK_BYTES);
    long ahead = Math.min(limit - start - length, DataFile.READAHEAD_BYTES);
    return start >= 0 && length > 0 && log.isOpenAndCached(start, length, ahead);
  }

  /** Size of the batch that begins at a position. */
  int batchSizeAt(FileChannel channel, int position) throws IOException {
    var header = ByteBuffer.allocate(RecordBatchDescriptor.HEADER_SIZE_UP_TO_MAGIC);
    while (header.hasRemaining()) {
      if (channel.read(header, position + (long) header.position()) < 0) {
        throw new IOException("Segment " + log + " ends at " + position + " inside a header");
      }
    }
    return RecordBatchDescriptor.sizeInBytes(header, 0);
  }

  /**
   * Whether the file has but zeros from its whole batches up to a length: what was reserved and
   * never written to.
   */
  boolean isBlankUpTo(long length) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(TAIL_CHUNK_BYTES);
    ByteBuffer zeros = ByteBuffer.allocate(TAIL_CHUNK_BYTES);
    DataFile.Handle handle = log.acquire();
    try {
      for (long at = size; at < length; at += chunk.limit()) {
        chunk.clear().limit((int) Math.min(chunk.capacity(), length - at));
        int read = handle.channel().read(chunk, at);
        if (read <= 0) {
          return false;
        }
        chunk.flip();
        if (!chunk.equals(zeros.limit(chunk.limit()))) {
          return false;
        }
      }
      return true;
    } finally {
      handle.release();
    }
  }

  // Changing files: off the event loop.

  /** Cuts the file to its size and writes the indexes. The segment is not appended to any more. */
  void seal(boolean force) throws IOException {
    cutFile();
    offsetIndex.spill(force);
    timeIndex.spill(force);
    transactionIndex.spill(force);
    offsetIndex.file().createIfMissing();
    timeIndex.file().createIfMissing();
    indexesForced = force;
    sealed = true;
  }

  /** Forces the indexes of a sealed segment. */
  void forceIndexes() throws IOException {
    offsetIndex.spill(true);
    timeIndex.spill(true);
    transactionIndex.spill(true);
    indexesForced = true;
  }

  /** Cuts the file to its size: gives back what was reserved and not used. */
  void cutFile() throws IOException {
    if (log.length() > size) {
      DataFile.Handle handle = log.acquire();
      try {
        handle.channel().truncate(size);
      } finally {
        handle.release();
      }
    }
  }

  /** Forces the file and the indexes. */
  void forceAll() throws IOException {
    forceLog();
    forceIndexes();
  }

  /** Forces the file's bytes to the disk. */
  void forceLog() throws IOException {
    DataFile.Handle handle = log.acquire();
    try {
      handle.channel().force(false);
    } finally {
      handle.release();
    }
  }

  /** Writes index entries that are in memory to the files; they reach the disk some time. */
  void spillIndexes() throws IOException {
    offsetIndex.spill(false);
    timeIndex.spill(false);
    transactionIndex.spill(false);
  }

  int unspilledEntries() {
    return offsetIndex.unspilled() + timeIndex.unspilled();
  }

  /**
   * Removes batches from the one that holds the offset on. Under the append lock.
   *
   * @return where the log ends now: the offset, or the base of the batch that held it
   */
  long truncateTo(long offset) throws IOException {
    long newEnd = offset;
    long found = locate(offset, size);
    if (found >= 0) {
      int position = (int) (found >> 32);
      newEnd = Math.min(offset, baseOffsetAt(position));
      size = position;
    }
    cutFile();
    offsetIndex.truncateTo(newEnd);
    timeIndex.truncateTo(newEnd);
    transactionIndex.truncateTo(newEnd);
    forgetEntries();
    maxTimestampMs = UNKNOWN;
    findMaxTimestamp();
    return newEnd;
  }

  /** Looks at the batches after the last entry of the time index, which may have a later time. */
  private void findMaxTimestamp() throws IOException {
    loadEntries();
    long located = size == 0 ? -1 : locate(offsetOfMaxTimestamp, size);
    if (located < 0) {
      return;
    }
    DataFile.Handle handle = log.acquire();
    try {
      var scanner =
          new SegmentScanner(
              handle.channel(), (int) (located >> 32), size, TAIL_CHUNK_BYTES, false);
      while (scanner.next()) {
        if (scanner.maxTimestamp() > maxTimestampMs) {
          maxTimestampMs = scanner.maxTimestamp();
          offsetOfMaxTimestamp = scanner.lastOffset();
        }
      }
    } finally {
      handle.release();
    }
  }

  private long baseOffsetAt(int position) throws IOException {
    DataFile.Handle handle = log.acquire();
    try {
      ByteBuffer first = ByteBuffer.allocate(Long.BYTES);
      while (first.hasRemaining()) {
        if (handle.channel().read(first, position + (long) first.position()) < 0) {
          throw new IOException("Segment " + log + " ends at " + position + " inside a header");
        }
      }
      return first.getLong(0);
    } finally {
      handle.release();
    }
  }

  /** Empties the indexes, for a rebuild. */
  void clearIndexes() throws IOException {
    offsetIndex.clear();
    timeIndex.clear();
    transactionIndex.clear();
    forgetEntries();
    maxTimestampMs = -1;
    lastIndexedTimestampMs = -1;
    offsetOfMaxTimestamp = baseOffset;
    offsetEntries = 0;
    timeEntries = 0;
  }

  /** Renames all files with the suffix that says they are to be deleted. */
  void markDeleted() throws IOException {
    log.addSuffix(".deleted");
    offsetIndex.file().addSuffix(".deleted");
    timeIndex.file().addSuffix(".deleted");
    transactionIndex.file().addSuffix(".deleted");
  }

  /** Deletes all files. */
  void deleteFiles() throws IOException {
    log.delete();
    offsetIndex.file().delete();
    timeIndex.file().delete();
    transactionIndex.file().delete();
  }

  /** Lets all descriptors go that are not in use. */
  void closeFiles() {
    log.closeWhenUnused();
    offsetIndex.file().closeWhenUnused();
    timeIndex.file().closeWhenUnused();
    transactionIndex.file().closeWhenUnused();
  }

  @Override
  public String toString() {
    return "LogSegment(" + log + ", size=" + size + ")";
  }
}
