package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.compression.CompressionType;

/**
 * The layout of a record batch of magic 2 (KIP-98), big-endian.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                          Base Offset                          |  0
 *  |                                                               |  4
 *  +---------------------------------------------------------------+
 *  |         Batch Length (the bytes that follow this field)       |  8
 *  +---------------------------------------------------------------+
 *  |                    Partition Leader Epoch                     | 12
 *  +---------------+-----------------------------------------------+
 *  |   Magic (2)   |                  CRC (CRC32C)                 | 16
 *  +---------------+-------------------------------+---------------+
 *  |     (CRC)     |          Attributes           |               | 20
 *  +---------------+-------------------------------+               |
 *  |               Last Offset Delta               |               | 24
 *  +-----------------------------------------------+               |
 *  |                         Base Timestamp                        | 28
 *  |                                               +---------------+
 *  |                                               |               | 32
 *  +-----------------------------------------------+               |
 *  |                         Max Timestamp                         | 36
 *  |                                               +---------------+
 *  |                                               |               | 40
 *  +-----------------------------------------------+               |
 *  |                          Producer Id                          | 44
 *  |                                               +---------------+
 *  |                                               |   Producer    | 48
 *  +---------------+-------------------------------+---------------+
 *  |     Epoch     |                 Base Sequence                 | 52
 *  +---------------+-----------------------------------------------+
 *  | (B. Sequence) |                 Record Count                  | 56
 *  +---------------+-----------------------------------------------+
 *  |   (R. Count)  |  Records, to the end of the batch ...         | 60
 *  +---------------+-----------------------------------------------+
 *
 *  Attributes: 15-7 unused | 6 delete horizon | 5 control | 4 transactional
 *              | 3 timestamp type | 2-0 compression
 * </pre>
 *
 * <p>The CRC covers the bytes from the attributes to the end of the batch, so the base offset and
 * the partition leader epoch can be set without computing it again. Base offset, batch length and
 * magic are at the same places in magic 0 and 1.
 *
 * <p>All accessors are absolute: {@code index} is where the batch begins in the buffer, and neither
 * position nor limit is moved.
 */
public final class RecordBatchDescriptor {
  public static final int BASE_OFFSET_OFFSET = 0;
  public static final int BATCH_LENGTH_OFFSET = 8;
  public static final int PARTITION_LEADER_EPOCH_OFFSET = 12;
  public static final int MAGIC_OFFSET = 16;
  public static final int CRC_OFFSET = 17;
  public static final int ATTRIBUTES_OFFSET = 21;
  public static final int LAST_OFFSET_DELTA_OFFSET = 23;
  public static final int BASE_TIMESTAMP_OFFSET = 27;
  public static final int MAX_TIMESTAMP_OFFSET = 35;
  public static final int PRODUCER_ID_OFFSET = 43;
  public static final int PRODUCER_EPOCH_OFFSET = 51;
  public static final int BASE_SEQUENCE_OFFSET = 53;
  public static final int RECORD_COUNT_OFFSET = 57;

  /** Where the records begin; also the size of a batch without records. */
  public static final int RECORDS_OFFSET = 61;

  /** Base offset and batch length: what the batch length does not count. */
  public static final int LOG_OVERHEAD = 12;

  /** Up to and including the magic: what has to be read to know the format of a batch. */
  public static final int HEADER_SIZE_UP_TO_MAGIC = MAGIC_OFFSET + 1;

  public static final byte MAGIC_V0 = 0;
  public static final byte MAGIC_V1 = 1;
  public static final byte MAGIC_V2 = 2;

  public static final long NO_PRODUCER_ID = -1;
  public static final short NO_PRODUCER_EPOCH = -1;
  public static final int NO_SEQUENCE = -1;
  public static final int NO_PARTITION_LEADER_EPOCH = -1;
  public static final long NO_TIMESTAMP = -1;

  public static final int COMPRESSION_MASK = 0x07;
  public static final int TIMESTAMP_TYPE_MASK = 0x08;
  public static final int TRANSACTIONAL_MASK = 0x10;
  public static final int CONTROL_MASK = 0x20;
  public static final int DELETE_HORIZON_MASK = 0x40;

  private RecordBatchDescriptor() {}

  public static long baseOffset(ByteBuffer buffer, int index) {
    return buffer.getLong(index + BASE_OFFSET_OFFSET);
  }

  public static void baseOffset(ByteBuffer buffer, int index, long baseOffset) {
    buffer.putLong(index + BASE_OFFSET_OFFSET, baseOffset);
  }

  /** The batch length field: the bytes after it. */
  public static int batchLength(ByteBuffer buffer, int index) {
    return buffer.getInt(index + BATCH_LENGTH_OFFSET);
  }

  public static void batchLength(ByteBuffer buffer, int index, int batchLength) {
    buffer.putInt(index + BATCH_LENGTH_OFFSET, batchLength);
  }

  /** Bytes of the whole batch, base offset and length included. Not checked against the buffer. */
  public static int sizeInBytes(ByteBuffer buffer, int index) {
    return LOG_OVERHEAD + batchLength(buffer, index);
  }

  public static int partitionLeaderEpoch(ByteBuffer buffer, int index) {
    return buffer.getInt(index + PARTITION_LEADER_EPOCH_OFFSET);
  }

  public static void partitionLeaderEpoch(ByteBuffer buffer, int index, int epoch) {
    buffer.putInt(index + PARTITION_LEADER_EPOCH_OFFSET, epoch);
  }

  public static byte magic(ByteBuffer buffer, int index) {
    return buffer.get(index + MAGIC_OFFSET);
  }

  /** The checksum as stored, as an unsigned 32 bit number. */
  public static long crc(ByteBuffer buffer, int index) {
    return Integer.toUnsignedLong(buffer.getInt(index + CRC_OFFSET));
  }

  public static void crc(ByteBuffer buffer, int index, long crc) {
    buffer.putInt(index + CRC_OFFSET, (int) crc);
  }

  /**
   * The checksum as the bytes say it should be.
   *
   * @throws IndexOutOfBoundsException if the batch does not end within the buffer's limit
   */
  public static long computeCrc(ByteBuffer buffer, int index) {
    CRC32C crc = new CRC32C();
    crc.update(
        buffer.slice(index + ATTRIBUTES_OFFSET, sizeInBytes(buffer, index) - ATTRIBUTES_OFFSET));
    return crc.getValue();
  }

  public static short attributes(ByteBuffer buffer, int index) {
    return buffer.getShort(index + ATTRIBUTES_OFFSET);
  }

  /** Sets the attributes; the CRC has to be computed again afterwards. */
  public static void attributes(ByteBuffer buffer, int index, short attributes) {
    buffer.putShort(index + ATTRIBUTES_OFFSET, attributes);
  }

  public static int lastOffsetDelta(ByteBuffer buffer, int index) {
    return buffer.getInt(index + LAST_OFFSET_DELTA_OFFSET);
  }

  /** Sets the last offset delta; the CRC has to be computed again afterwards. */
  public static void lastOffsetDelta(ByteBuffer buffer, int index, int delta) {
    buffer.putInt(index + LAST_OFFSET_DELTA_OFFSET, delta);
  }

  public static long lastOffset(ByteBuffer buffer, int index) {
    return baseOffset(buffer, index) + lastOffsetDelta(buffer, index);
  }

  /**
   * The offset after the batch: where the next batch may begin. May be larger than the offset after
   * its last record, when compaction has removed that one.
   */
  public static long nextOffset(ByteBuffer buffer, int index) {
    return lastOffset(buffer, index) + 1;
  }

  /**
   * What the timestamp deltas of the records refer to, in milliseconds; the delete horizon instead
   * when {@link #hasDeleteHorizon} (KIP-534).
   */
  public static long baseTimestamp(ByteBuffer buffer, int index) {
    return buffer.getLong(index + BASE_TIMESTAMP_OFFSET);
  }

  /** Sets the base timestamp; the CRC has to be computed again afterwards. */
  public static void baseTimestamp(ByteBuffer buffer, int index, long timestampMs) {
    buffer.putLong(index + BASE_TIMESTAMP_OFFSET, timestampMs);
  }

  /** The largest timestamp of the batch in milliseconds, or {@link #NO_TIMESTAMP}. */
  public static long maxTimestamp(ByteBuffer buffer, int index) {
    return buffer.getLong(index + MAX_TIMESTAMP_OFFSET);
  }

  /** Sets the max timestamp; the CRC has to be computed again afterwards. */
  public static void maxTimestamp(ByteBuffer buffer, int index, long timestampMs) {
    buffer.putLong(index + MAX_TIMESTAMP_OFFSET, timestampMs);
  }

  public static long producerId(ByteBuffer buffer, int index) {
    return buffer.getLong(index + PRODUCER_ID_OFFSET);
  }

  public static short producerEpoch(ByteBuffer buffer, int index) {
    return buffer.getShort(index + PRODUCER_EPOCH_OFFSET);
  }

  public static int baseSequence(ByteBuffer buffer, int index) {
    return buffer.getInt(index + BASE_SEQUENCE_OFFSET);
  }

  /** The sequence of the last record; sequences wrap from {@link Integer#MAX_VALUE} to 0. */
  public static int lastSequence(ByteBuffer buffer, int index) {
    int base = baseSequence(buffer, index);
    return base == NO_SEQUENCE
        ? NO_SEQUENCE
        : incrementSequence(base, lastOffsetDelta(buffer, index));
  }

  /** {@code sequence + increment} in the numbers 0 to {@link Integer#MAX_VALUE}, which wrap. */
  public static int incrementSequence(int sequence, int increment) {
    return (int) ((sequence + (long) increment) & Integer.MAX_VALUE);
  }

  public static int recordCount(ByteBuffer buffer, int index) {
    return buffer.getInt(index + RECORD_COUNT_OFFSET);
  }

  /** The codec, or null when the attributes have an unassigned one. */
  public static @Nullable CompressionType compression(ByteBuffer buffer, int index) {
    return CompressionType.forId(attributes(buffer, index) & COMPRESSION_MASK);
  }

  public static TimestampType timestampType(ByteBuffer buffer, int index) {
    return (attributes(buffer, index) & TIMESTAMP_TYPE_MASK) == 0
        ? TimestampType.CREATE_TIME
        : TimestampType.LOG_APPEND_TIME;
  }

  public static boolean isTransactional(ByteBuffer buffer, int index) {
    return (attributes(buffer, index) & TRANSACTIONAL_MASK) != 0;
  }

  /** Whether the batch holds a control record (a transaction marker) instead of data. */
  public static boolean isControl(ByteBuffer buffer, int index) {
    return (attributes(buffer, index) & CONTROL_MASK) != 0;
  }

  public static boolean hasDeleteHorizon(ByteBuffer buffer, int index) {
    return (attributes(buffer, index) & DELETE_HORIZON_MASK) != 0;
  }

  /** Whether an idempotent or transactional producer wrote the batch. */
  public static boolean hasProducerId(ByteBuffer buffer, int index) {
    return producerId(buffer, index) > NO_PRODUCER_ID;
  }

  /**
   * Writes a whole v2 header at {@code index}, with everything but the CRC, which is zero until it
   * is set from {@link #computeCrc}.
   */
  static void writeHeader(
      ByteBuffer buffer,
      int index,
      long baseOffset,
      int sizeInBytes,
      int partitionLeaderEpoch,
      short attributes,
      int lastOffsetDelta,
      long baseTimestampMs,
      long maxTimestampMs,
      long producerId,
      short producerEpoch,
      int baseSequence,
      int recordCount) {
    buffer.putLong(index + BASE_OFFSET_OFFSET, baseOffset);
    buffer.putInt(index + BATCH_LENGTH_OFFSET, sizeInBytes - LOG_OVERHEAD);
    buffer.putInt(index + PARTITION_LEADER_EPOCH_OFFSET, partitionLeaderEpoch);
    buffer.put(index + MAGIC_OFFSET, MAGIC_V2);
    buffer.putInt(index + CRC_OFFSET, 0);
    buffer.putShort(index + ATTRIBUTES_OFFSET, attributes);
    buffer.putInt(index + LAST_OFFSET_DELTA_OFFSET, lastOffsetDelta);
    buffer.putLong(index + BASE_TIMESTAMP_OFFSET, baseTimestampMs);
    buffer.putLong(index + MAX_TIMESTAMP_OFFSET, maxTimestampMs);
    buffer.putLong(index + PRODUCER_ID_OFFSET, producerId);
    buffer.putShort(index + PRODUCER_EPOCH_OFFSET, producerEpoch);
    buffer.putInt(index + BASE_SEQUENCE_OFFSET, baseSequence);
    buffer.putInt(index + RECORD_COUNT_OFFSET, recordCount);
  }
}
