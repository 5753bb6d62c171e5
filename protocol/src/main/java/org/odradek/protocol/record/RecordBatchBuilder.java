package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;

/**
 * Makes a batch of magic 2. Set the attributes first, then append records in order of offset, then
 * {@link #build}.
 *
 * <p>Confined to one thread; for one batch.
 */
public final class RecordBatchBuilder {
  private static final int INITIAL_BYTES = 512;

  private Compression compression = Compression.NONE;
  private TimestampType timestampType = TimestampType.CREATE_TIME;
  private long logAppendTimeMs = RecordBatchDescriptor.NO_TIMESTAMP;
  private long baseOffset;
  private int partitionLeaderEpoch = RecordBatchDescriptor.NO_PARTITION_LEADER_EPOCH;
  private long producerId = RecordBatchDescriptor.NO_PRODUCER_ID;
  private short producerEpoch = RecordBatchDescriptor.NO_PRODUCER_EPOCH;
  private int baseSequence = RecordBatchDescriptor.NO_SEQUENCE;
  private boolean transactional;
  private boolean control;
  private boolean hasDeleteHorizon;
  private long baseTimestampMs = RecordBatchDescriptor.NO_TIMESTAMP;
  private boolean baseTimestampSet;

  private long maxTimestampMs = RecordBatchDescriptor.NO_TIMESTAMP;
  private int offsetDeltaOfMaxTimestamp;
  private int lastOffsetDelta = -1;
  private int recordCount;

  /** The records, uncompressed, with room for the header in front. */
  private ByteBuffer bytes =
      ByteBuffer.allocate(INITIAL_BYTES).position(RecordBatchDescriptor.RECORDS_OFFSET);

  public RecordBatchBuilder compression(Compression compression) {
    this.compression = compression;
    return this;
  }

  /** The broker's time for all records, instead of the producers' (KIP-32). */
  public RecordBatchBuilder logAppendTime(long timeMs) {
    this.timestampType = TimestampType.LOG_APPEND_TIME;
    this.logAppendTimeMs = timeMs;
    return this;
  }

  /** Offset of the first record unless records are appended with offsets; 0 by default. */
  public RecordBatchBuilder baseOffset(long baseOffset) {
    this.baseOffset = baseOffset;
    return this;
  }

  public RecordBatchBuilder partitionLeaderEpoch(int epoch) {
    this.partitionLeaderEpoch = epoch;
    return this;
  }

  /**
   * @param baseSequence of the first record, or {@link RecordBatchDescriptor#NO_SEQUENCE} in
   *     control batches
   */
  public RecordBatchBuilder producer(long producerId, short producerEpoch, int baseSequence) {
    this.producerId = producerId;
    this.producerEpoch = producerEpoch;
    this.baseSequence = baseSequence;
    return this;
  }

  public RecordBatchBuilder transactional() {
    this.transactional = true;
    return this;
  }

  /** A batch of control records (transaction markers), which clients never see. */
  public RecordBatchBuilder control() {
    this.control = true;
    return this;
  }

  /**
   * When the tombstones of this batch may go (KIP-534); takes the place of the base timestamp in
   * the header.
   */
  public RecordBatchBuilder deleteHorizon(long timeMs) {
    this.hasDeleteHorizon = true;
    this.baseTimestampMs = timeMs;
    this.baseTimestampSet = true;
    return this;
  }

  /** Appends at the next offset. */
  public RecordBatchBuilder append(
      long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
    return append(timestampMs, key, value, List.of());
  }

  /** Appends at the next offset. Positions of the buffers handed in do not move. */
  public RecordBatchBuilder append(
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      List<RecordHeader> headers) {
    return appendAtDelta(lastOffsetDelta + 1, timestampMs, key, value, headers);
  }

  /**
   * Appends a record at its own offset, which must be larger than the last; gaps are allowed, as
   * compaction leaves them.
   */
  public RecordBatchBuilder append(Record record) {
    long delta = record.offset() - baseOffset;
    if (delta <= lastOffsetDelta || delta > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Offset "
              + record.offset()
              + " does not fit after offset delta "
              + lastOffsetDelta
              + " of a batch that begins at "
              + baseOffset);
    }
    return appendAtDelta(
        (int) delta, record.timestampMs(), record.key(), record.value(), record.headers());
  }

  /** Lets the batch reach to an offset beyond its last record, as compaction leaves it. */
  public RecordBatchBuilder lastOffset(long lastOffset) {
    long delta = lastOffset - baseOffset;
    if (delta < lastOffsetDelta || delta > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "The batch cannot end at " + lastOffset + ", it has offset delta " + lastOffsetDelta);
    }
    lastOffsetDelta = (int) delta;
    return this;
  }

  private RecordBatchBuilder appendAtDelta(
      int offsetDelta,
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      List<RecordHeader> headers) {
    if (!baseTimestampSet) {
      baseTimestampSet = true;
      baseTimestampMs = timestampMs;
    }
    long timestampDelta = timestampMs - baseTimestampMs;
    int size = sizeOfBody(timestampDelta, offsetDelta, key, value, headers);
    ensureRoom(Varints.sizeOfVarint(size) + size);
    Varints.writeVarint(bytes, size);
    bytes.put((byte) 0);
    Varints.writeVarlong(bytes, timestampDelta);
    Varints.writeVarint(bytes, offsetDelta);
    writeNullable(key);
    writeNullable(value);
    Varints.writeVarint(bytes, headers.size());
    for (RecordHeader header : headers) {
      writeNullable(header.key());
      writeNullable(header.value());
    }
    if (timestampMs > maxTimestampMs) {
      maxTimestampMs = timestampMs;
      offsetDeltaOfMaxTimestamp = offsetDelta;
    }
    lastOffsetDelta = offsetDelta;
    recordCount++;
    return this;
  }

  private static int sizeOfBody(
      long timestampDelta,
      int offsetDelta,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      List<RecordHeader> headers) {
    long size =
        1L
            + Varints.sizeOfVarlong(timestampDelta)
            + Varints.sizeOfVarint(offsetDelta)
            + sizeOfNullable(key)
            + sizeOfNullable(value)
            + Varints.sizeOfVarint(headers.size());
    for (RecordHeader header : headers) {
      size += sizeOfNullable(header.key()) + sizeOfNullable(header.value());
    }
    return Math.toIntExact(size);
  }

  private static long sizeOfNullable(@Nullable ByteBuffer field) {
    return field == null
        ? Varints.sizeOfVarint(-1)
        : Varints.sizeOfVarint(field.remaining()) + (long) field.remaining();
  }

  private void writeNullable(@Nullable ByteBuffer field) {
    if (field == null) {
      Varints.writeVarint(bytes, -1);
    } else {
      Varints.writeVarint(bytes, field.remaining());
      bytes.put(field.duplicate());
    }
  }

  private void ensureRoom(int length) {
    if (bytes.remaining() < length) {
      long needed = (long) bytes.position() + length;
      int capacity = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, bytes.capacity() * 2L));
      if (capacity < needed) {
        throw new IllegalArgumentException("A batch of " + needed + " bytes is too large");
      }
      bytes = ByteBuffer.allocate(capacity).put(bytes.flip());
    }
  }

  public int recordCount() {
    return recordCount;
  }

  /** Size of the batch so far if it is not compressed, header included. */
  public int uncompressedSizeInBytes() {
    return bytes.position();
  }

  /** Offset delta of the first record with the largest timestamp. */
  public int offsetDeltaOfMaxTimestamp() {
    return timestampType == TimestampType.LOG_APPEND_TIME ? 0 : offsetDeltaOfMaxTimestamp;
  }

  /**
   * Makes the batch: a heap buffer of its own from 0 to its limit, CRC included. Without records
   * this is the empty batch that compaction keeps for a producer's last sequence.
   */
  public ByteBuffer build() {
    ByteBuffer records = bytes.duplicate().flip().position(RecordBatchDescriptor.RECORDS_OFFSET);
    ByteBuffer batch =
        compression.type() == CompressionType.NONE
            ? bytes.duplicate().flip()
            : compression.compress(records, RecordBatchDescriptor.RECORDS_OFFSET);
    boolean logAppendTime = timestampType == TimestampType.LOG_APPEND_TIME;
    RecordBatchDescriptor.writeHeader(
        batch,
        0,
        baseOffset,
        batch.limit(),
        partitionLeaderEpoch,
        attributes(),
        Math.max(lastOffsetDelta, 0),
        baseTimestampMs,
        logAppendTime ? logAppendTimeMs : maxTimestampMs,
        producerId,
        producerEpoch,
        baseSequence,
        recordCount);
    RecordBatchDescriptor.crc(batch, 0, RecordBatchDescriptor.computeCrc(batch, 0));
    return batch;
  }

  private short attributes() {
    int attributes = compression.type().id();
    attributes |=
        timestampType == TimestampType.LOG_APPEND_TIME
            ? RecordBatchDescriptor.TIMESTAMP_TYPE_MASK
            : 0;
    attributes |= transactional ? RecordBatchDescriptor.TRANSACTIONAL_MASK : 0;
    attributes |= control ? RecordBatchDescriptor.CONTROL_MASK : 0;
    attributes |= hasDeleteHorizon ? RecordBatchDescriptor.DELETE_HORIZON_MASK : 0;
    return (short) attributes;
  }
}
