package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.odradek.protocol.compression.CompressionType;

/**
 * A view of one batch inside a buffer of concatenated batches. The batch lies wholly within the
 * buffer's limit and is long enough for its header; nothing else is checked until {@link
 * #ensureValid()}.
 *
 * <p>Base offset, size and magic can be read of every magic; all else of magic 2 only.
 *
 * <p>Thread-safety: as the buffer. Nothing is copied and no position is moved.
 */
public final class RecordBatch {
  private final ByteBuffer buffer;
  private final int index;

  private RecordBatch(ByteBuffer buffer, int index) {
    this.buffer = buffer;
    this.index = index;
  }

  /**
   * The batch that begins at {@code index}.
   *
   * @throws CorruptRecordsException if what is there is too short to be a batch of its magic, or
   *     leaves the buffer's limit
   */
  public static RecordBatch at(ByteBuffer buffer, int index) {
    int available = buffer.limit() - index;
    if (available < RecordBatchDescriptor.HEADER_SIZE_UP_TO_MAGIC) {
      throw new CorruptRecordsException(
          "A batch header needs at least "
              + RecordBatchDescriptor.HEADER_SIZE_UP_TO_MAGIC
              + " bytes, there are "
              + available);
    }
    int length = RecordBatchDescriptor.batchLength(buffer, index);
    if (length > available - RecordBatchDescriptor.LOG_OVERHEAD) {
      throw new CorruptRecordsException(
          "The batch says it has "
              + length
              + " bytes after its length, there are "
              + (available - RecordBatchDescriptor.LOG_OVERHEAD));
    }
    byte magic = RecordBatchDescriptor.magic(buffer, index);
    int minimum = minimumBatchLength(magic);
    if (length < minimum) {
      throw new CorruptRecordsException(
          "The batch says it has "
              + length
              + " bytes after its length, the least for magic "
              + magic
              + " is "
              + minimum);
    }
    return new RecordBatch(buffer, index);
  }

  /** All batches from the buffer's position to its limit, checked one by one as by {@link #at}. */
  public static Iterable<RecordBatch> allIn(ByteBuffer buffer) {
    return () -> new BatchIterator(buffer, false);
  }

  /**
   * All whole batches from the buffer's position on; a batch cut off by the buffer's limit ends the
   * iteration, as at the end of a fetch response or of a segment.
   */
  public static Iterable<RecordBatch> wholeIn(ByteBuffer buffer) {
    return () -> new BatchIterator(buffer, true);
  }

  private static int minimumBatchLength(byte magic) {
    return magic >= RecordBatchDescriptor.MAGIC_V2
        ? RecordBatchDescriptor.RECORDS_OFFSET - RecordBatchDescriptor.LOG_OVERHEAD
        : LegacyMessageDescriptor.minMessageSize(magic);
  }

  public ByteBuffer buffer() {
    return buffer;
  }

  /** Where in {@link #buffer()} the batch begins. */
  public int index() {
    return index;
  }

  /** Bytes of the whole batch. */
  public int sizeInBytes() {
    return RecordBatchDescriptor.sizeInBytes(buffer, index);
  }

  public byte magic() {
    return RecordBatchDescriptor.magic(buffer, index);
  }

  public long baseOffset() {
    return RecordBatchDescriptor.baseOffset(buffer, index);
  }

  public long lastOffset() {
    return RecordBatchDescriptor.lastOffset(buffer, index);
  }

  public long nextOffset() {
    return RecordBatchDescriptor.nextOffset(buffer, index);
  }

  public int lastOffsetDelta() {
    return RecordBatchDescriptor.lastOffsetDelta(buffer, index);
  }

  public int partitionLeaderEpoch() {
    return RecordBatchDescriptor.partitionLeaderEpoch(buffer, index);
  }

  public long baseTimestamp() {
    return RecordBatchDescriptor.baseTimestamp(buffer, index);
  }

  public long maxTimestamp() {
    return RecordBatchDescriptor.maxTimestamp(buffer, index);
  }

  public TimestampType timestampType() {
    return RecordBatchDescriptor.timestampType(buffer, index);
  }

  /**
   * @throws CorruptRecordsException if the attributes have an unassigned codec
   */
  public CompressionType compression() {
    CompressionType type = RecordBatchDescriptor.compression(buffer, index);
    if (type == null) {
      throw new CorruptRecordsException(
          "Unknown compression codec "
              + (RecordBatchDescriptor.attributes(buffer, index)
                  & RecordBatchDescriptor.COMPRESSION_MASK));
    }
    return type;
  }

  public boolean isTransactional() {
    return RecordBatchDescriptor.isTransactional(buffer, index);
  }

  public boolean isControl() {
    return RecordBatchDescriptor.isControl(buffer, index);
  }

  public boolean hasProducerId() {
    return RecordBatchDescriptor.hasProducerId(buffer, index);
  }

  public long producerId() {
    return RecordBatchDescriptor.producerId(buffer, index);
  }

  public short producerEpoch() {
    return RecordBatchDescriptor.producerEpoch(buffer, index);
  }

  public int baseSequence() {
    return RecordBatchDescriptor.baseSequence(buffer, index);
  }

  public int lastSequence() {
    return RecordBatchDescriptor.lastSequence(buffer, index);
  }

  public int recordCount() {
    return RecordBatchDescriptor.recordCount(buffer, index);
  }

  /** The bytes of this batch, from position to limit of a buffer of its own; nothing is copied. */
  public ByteBuffer slice() {
    return buffer.slice(index, sizeInBytes());
  }

  /** The bytes after the header: the records, compressed or not; nothing is copied. */
  public ByteBuffer body() {
    return buffer.slice(
        index + RecordBatchDescriptor.RECORDS_OFFSET,
        sizeInBytes() - RecordBatchDescriptor.RECORDS_OFFSET);
  }

  /**
   * The records of this batch of magic 2. Iterating throws {@link CorruptRecordsException} where
   * they are not well formed, and {@link
   * org.odradek.protocol.compression.DecompressionLimitException} where they expand too far.
   *
   * @param maxDecompressedBytes how far compressed records may expand
   */
  public Iterable<Record> records(int maxDecompressedBytes) {
    return () -> new RecordIterator(this, maxDecompressedBytes);
  }

  /**
   * Checks magic 2 and the CRC.
   *
   * @throws CorruptRecordsException if either is wrong
   */
  public void ensureValid() {
    if (magic() != RecordBatchDescriptor.MAGIC_V2) {
      throw new CorruptRecordsException("Magic is " + magic() + ", expected 2");
    }
    long stored = RecordBatchDescriptor.crc(buffer, index);
    long computed = RecordBatchDescriptor.computeCrc(buffer, index);
    if (stored != computed) {
      throw new CorruptRecordsException(
          "Checksum of the batch at offset "
              + baseOffset()
              + " is "
              + stored
              + ", its bytes say "
              + computed);
    }
  }

  @Override
  public String toString() {
    return "RecordBatch(magic="
        + magic()
        + ", baseOffset="
        + baseOffset()
        + ", sizeInBytes="
        + sizeInBytes()
        + ")";
  }

  private static final class BatchIterator implements Iterator<RecordBatch> {
    private final ByteBuffer buffer;
    private final boolean stopAtPartial;
    private int next;

    BatchIterator(ByteBuffer buffer, boolean stopAtPartial) {
      this.buffer = buffer;
      this.stopAtPartial = stopAtPartial;
      this.next = buffer.position();
    }

    @Override
    public boolean hasNext() {
      int available = buffer.limit() - next;
      if (!stopAtPartial || available == 0) {
        return available > 0;
      }
      return available >= RecordBatchDescriptor.HEADER_SIZE_UP_TO_MAGIC
          && RecordBatchDescriptor.batchLength(buffer, next)
              <= available - RecordBatchDescriptor.LOG_OVERHEAD;
    }

    @Override
    public RecordBatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      RecordBatch batch = at(buffer, next);
      next += batch.sizeInBytes();
      return batch;
    }
  }
}
