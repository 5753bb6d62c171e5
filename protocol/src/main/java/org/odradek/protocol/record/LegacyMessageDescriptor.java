package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.compression.CompressionType;

/**
 * The layout of a message of magic 0 and 1, big-endian; what the timestamp takes is absent in magic
 * 0.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                            Offset                             |  0
 *  |                                                               |  4
 *  +---------------------------------------------------------------+
 *  |         Message Size (the bytes that follow this field)       |  8
 *  +---------------------------------------------------------------+
 *  |                          CRC (CRC32)                          | 12
 *  +---------------+---------------+-------------------------------+
 *  |     Magic     |  Attributes   |  Timestamp, 8 (magic 1 only)  | 16
 *  +---------------+---------------+-------------------------------+
 *  |  Key Length, 4 (-1: null) | Key | Value Length, 4 | Value ... | 18 or 26
 *  +---------------------------------------------------------------+
 *
 *  Attributes: 7-4 unused | 3 timestamp type (magic 1) | 2-0 compression
 * </pre>
 *
 * <p>The CRC covers the bytes from the magic to the end. A message whose attributes name a codec is
 * a wrapper: its value is a compressed sequence of messages, with absolute offsets in magic 0 and
 * offsets relative to the first in magic 1, where the wrapper has the offset of the last.
 */
final class LegacyMessageDescriptor {
  static final int CRC_OFFSET = 12;
  static final int MAGIC_OFFSET = 16;
  static final int ATTRIBUTES_OFFSET = 17;
  static final int TIMESTAMP_OFFSET = 18;
  static final int KEY_OFFSET_V0 = 18;
  static final int KEY_OFFSET_V1 = 26;

  private LegacyMessageDescriptor() {}

  static int keyOffset(byte magic) {
    return magic == RecordBatchDescriptor.MAGIC_V0 ? KEY_OFFSET_V0 : KEY_OFFSET_V1;
  }

  /** The least message size field: both lengths, no bytes. */
  static int minMessageSize(byte magic) {
    return keyOffset(magic) + 2 * Integer.BYTES - RecordBatchDescriptor.LOG_OVERHEAD;
  }

  static int sizeInBytes(byte magic, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
    long size =
        keyOffset(magic)
            + 2L * Integer.BYTES
            + (key == null ? 0 : key.remaining())
            + (value == null ? 0 : value.remaining());
    return Math.toIntExact(size);
  }

  static long crc(ByteBuffer buffer, int index) {
    return Integer.toUnsignedLong(buffer.getInt(index + CRC_OFFSET));
  }

  static long computeCrc(ByteBuffer buffer, int index) {
    CRC32 crc = new CRC32();
    int size = RecordBatchDescriptor.sizeInBytes(buffer, index);
    crc.update(buffer.slice(index + MAGIC_OFFSET, size - MAGIC_OFFSET));
    return crc.getValue();
  }

  static byte attributes(ByteBuffer buffer, int index) {
    return buffer.get(index + ATTRIBUTES_OFFSET);
  }

  static @Nullable CompressionType compression(ByteBuffer buffer, int index) {
    CompressionType type =
        CompressionType.forId(attributes(buffer, index) & RecordBatchDescriptor.COMPRESSION_MASK);
    return type == CompressionType.ZSTD ? null : type;
  }

  static TimestampType timestampType(ByteBuffer buffer, int index) {
    boolean logAppendTime =
        RecordBatchDescriptor.magic(buffer, index) == RecordBatchDescriptor.MAGIC_V1
            && (attributes(buffer, index) & RecordBatchDescriptor.TIMESTAMP_TYPE_MASK) != 0;
    return logAppendTime ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
  }

  static long timestamp(ByteBuffer buffer, int index) {
    return RecordBatchDescriptor.magic(buffer, index) == RecordBatchDescriptor.MAGIC_V0
        ? RecordBatchDescriptor.NO_TIMESTAMP
        : buffer.getLong(index + TIMESTAMP_OFFSET);
  }

  /** Writes a message with its CRC at the target's position and moves it past. */
  static void write(
      ByteBuffer target,
      long offset,
      byte magic,
      byte attributes,
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value) {
    int index = target.position();
    int size = sizeInBytes(magic, key, value);
    target.putLong(offset).putInt(size - RecordBatchDescriptor.LOG_OVERHEAD).putInt(0);
    target.put(magic).put(attributes);
    if (magic == RecordBatchDescriptor.MAGIC_V1) {
      target.putLong(timestampMs);
    }
    putNullable(target, key);
    putNullable(target, value);
    target.putInt(index + CRC_OFFSET, (int) computeCrc(target, index));
  }

  private static void putNullable(ByteBuffer target, @Nullable ByteBuffer field) {
    if (field == null) {
      target.putInt(-1);
    } else {
      target.putInt(field.remaining()).put(field.duplicate());
    }
  }
}
