package org.odradek.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.record.RecordBatchDescriptor;

/**
 * Walks over the batches of a segment file in heap chunks, trusting neither the file's size nor any
 * length in it: stops at the first thing that is not a batch. Batches larger than a chunk are
 * summed piece by piece, so that a wrong length costs no memory.
 *
 * <p>Thread-safety: confined to one thread.
 */
final class SegmentScanner {
  /**
   * A good chunk for reading everything: no larger than what a thread keeps to read heap buffers
   * through ({@code jdk.nio.maxCachedBufferSize} of the start script).
   */
  static final int RECOVERY_CHUNK_BYTES = 256 << 10;

  private static final int LEGACY_MIN_BYTES = 26;
  private static final int LEGACY_CRC_FROM = 16;

  private final FileChannel channel;
  private final long limit;
  private final boolean verify;
  private final ByteBuffer chunk;

  /** Where in the file the chunk begins. */
  private long chunkStart;

  private long position;
  private int size;
  private @Nullable String stopReason;
  private boolean isAtBlank;

  /**
   * @param start the position of a batch
   * @param limit where the batches end at the latest
   * @param chunkBytes how much to read at once; at least a header
   * @param verify whether to check checksums
   */
  SegmentScanner(FileChannel channel, long start, long limit, int chunkBytes, boolean verify)
      throws IOException {
    this.channel = channel;
    this.limit = Math.min(limit, channel.size());
    this.verify = verify;
    int useful = (int) Math.min(chunkBytes, Math.max(0, this.limit - start));
    this.chunk = ByteBuffer.allocate(Math.max(useful, RecordBatchDescriptor.RECORDS_OFFSET));
    chunk.limit(0);
    this.chunkStart = start;
    this.position = start;
  }

  /** Goes on to the next batch; false at the end of what is valid. */
  boolean next() throws IOException {
    position += size;
    size = 0;
    long left = limit - position;
    if (left < RecordBatchDescriptor.HEADER_SIZE_UP_TO_MAGIC) {
      return stop(left == 0 ? null : "only " + left + " bytes are left");
    }
    load((int) Math.min(left, RecordBatchDescriptor.RECORDS_OFFSET));
    int length = RecordBatchDescriptor.batchLength(chunk, index());
    byte magic = RecordBatchDescriptor.magic(chunk, index());
    long bytes = RecordBatchDescriptor.LOG_OVERHEAD + (long) length;
    if (length == 0 && magic == 0) {
      isAtBlank = true;
      return stop("the length is 0");
    }
    int least =
        magic == RecordBatchDescriptor.MAGIC_V2
            ? RecordBatchDescriptor.RECORDS_OFFSET
            : LEGACY_MIN_BYTES;
    if (magic < 0 || magic > RecordBatchDescriptor.MAGIC_V2 || bytes < least) {
      return stop("magic is " + magic + " and length is " + length);
    }
    if (bytes > left) {
      return stop("the batch has " + bytes + " bytes, " + left + " are left");
    }
    if (magic == RecordBatchDescriptor.MAGIC_V2
        && (RecordBatchDescriptor.lastOffsetDelta(chunk, index()) < 0
            || RecordBatchDescriptor.baseOffset(chunk, index()) < 0)) {
      return stop("base offset or last offset delta is negative");
    }
    if (verify) {
      if (bytes <= chunk.capacity()) {
        load((int) bytes);
      }
      if (!checksumHolds((int) bytes, magic)) {
        return stop("the checksum differs");
      }
      load((int) Math.min(left, RecordBatchDescriptor.RECORDS_OFFSET));
    }
    size = (int) bytes;
    return true;
  }

  private boolean stop(@Nullable String reason) {
    stopReason = reason;
    return false;
  }

  /** Why the scan ended before its limit; null when it did not. */
  @Nullable String stopReason() {
    return stopReason;
  }

  /** Whether the scan ended where nothing seems to have been written: reserved blocks, mostly. */
  boolean isAtBlank() {
    return isAtBlank;
  }

  private boolean checksumHolds(int bytes, byte magic) throws IOException {
    boolean current = magic == RecordBatchDescriptor.MAGIC_V2;
    long stored =
        current
            ? RecordBatchDescriptor.crc(chunk, index())
            : Integer.toUnsignedLong(chunk.getInt(index() + 12));
    Checksum checksum = current ? new CRC32C() : new CRC32();
    long from = position + (current ? RecordBatchDescriptor.ATTRIBUTES_OFFSET : LEGACY_CRC_FROM);
    long end = position + bytes;
    while (from < end) {
      int piece = (int) Math.min(end - from, chunk.capacity());
      if (from + 1 > chunkStart + chunk.limit() || from < chunkStart) {
        loadAt(from, 1);
      }
      piece = (int) Math.min(piece, chunkStart + chunk.limit() - from);
      checksum.update(chunk.array(), (int) (from - chunkStart), piece);
      from += piece;
    }
    return checksum.getValue() == stored;
  }

  private int index() {
    return (int) (position - chunkStart);
  }

  private void load(int bytes) throws IOException {
    loadAt(position, bytes);
  }

  /** Makes the chunk hold at least {@code bytes} bytes from a position of the file. */
  private void loadAt(long from, int bytes) throws IOException {
    if (from >= chunkStart && from + bytes <= chunkStart + chunk.limit()) {
      return;
    }
    chunk.clear().limit((int) Math.min(chunk.capacity(), limit - from));
    chunkStart = from;
    while (chunk.hasRemaining()) {
      int read = channel.read(chunk, from + chunk.position());
      if (read < 0) {
        throw new IOException("File ends at " + (from + chunk.position()) + ", expected " + limit);
      }
    }
    chunk.flip();
  }

  /** Where in the file the batch begins; after the last one, where the valid part ends. */
  int position() {
    return (int) position;
  }

  /** Bytes of the batch. */
  int sizeInBytes() {
    return size;
  }

  byte magic() {
    return RecordBatchDescriptor.magic(chunk, index());
  }

  private boolean current() {
    return magic() == RecordBatchDescriptor.MAGIC_V2;
  }

  /** The first offset; for a compressed batch of magic 0 or 1 only the last is known. */
  long baseOffset() {
    return RecordBatchDescriptor.baseOffset(chunk, index());
  }

  long lastOffset() {
    return current() ? RecordBatchDescriptor.lastOffset(chunk, index()) : baseOffset();
  }

  long maxTimestamp() {
    if (current()) {
      return RecordBatchDescriptor.maxTimestamp(chunk, index());
    }
    return magic() == RecordBatchDescriptor.MAGIC_V1 ? chunk.getLong(index() + 18) : -1;
  }

  int partitionLeaderEpoch() {
    return current()
        ? RecordBatchDescriptor.partitionLeaderEpoch(chunk, index())
        : RecordBatchDescriptor.NO_PARTITION_LEADER_EPOCH;
  }

  boolean hasProducerId() {
    return current() && RecordBatchDescriptor.hasProducerId(chunk, index());
  }

  boolean isControl() {
    return current() && RecordBatchDescriptor.isControl(chunk, index());
  }

  /** A buffer that begins with the header of the batch; valid until the next call. */
  ByteBuffer header() {
    return chunk.slice(index(), RecordBatchDescriptor.RECORDS_OFFSET);
  }

  /** The whole batch, copied. */
  ByteBuffer wholeBatch() throws IOException {
    ByteBuffer whole = ByteBuffer.allocate(size);
    while (whole.hasRemaining()) {
      if (channel.read(whole, position + whole.position()) < 0) {
        throw new IOException("File ends inside the batch at " + position);
      }
    }
    return whole.flip();
  }
}
