package org.odradek.protocol.record;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.compression.Lz4Framing;

/** Writes records as messages of magic 0 or 1, one by one or inside a compressed wrapper. */
final class LegacyMessageSetBuilder {
  private final byte magic;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  LegacyMessageSetBuilder(byte magic) {
    if (magic != RecordBatchDescriptor.MAGIC_V0 && magic != RecordBatchDescriptor.MAGIC_V1) {
      throw new IllegalArgumentException("Magic is " + magic + ", expected 0 or 1");
    }
    this.magic = magic;
  }

  /** Appends each record as a message; headers have no place in these formats and are left out. */
  void appendPlain(List<Record> records, TimestampType timestampType) {
    for (Record record : records) {
      append(record, record.offset(), attributes(CompressionType.NONE, timestampType));
    }
  }

  /**
   * Appends the records as one wrapper of compressed messages.
   *
   * @throws IllegalArgumentException for zstd, which these formats do not have
   */
  void appendCompressed(List<Record> records, TimestampType timestampType, CompressionType type) {
    if (type == CompressionType.ZSTD || type == CompressionType.NONE) {
      throw new IllegalArgumentException("Magic " + magic + " has no wrapper of " + type);
    }
    long firstOffset = records.getFirst().offset();
    LegacyMessageSetBuilder inner = new LegacyMessageSetBuilder(magic);
    long maxTimestampMs = RecordBatchDescriptor.NO_TIMESTAMP;
    for (Record record : records) {
      boolean relative = magic == RecordBatchDescriptor.MAGIC_V1;
      long innerOffset = relative ? record.offset() - firstOffset : record.offset();
      inner.append(record, innerOffset, attributes(CompressionType.NONE, timestampType));
      maxTimestampMs = Math.max(maxTimestampMs, record.timestampMs());
    }
    Lz4Framing framing =
        magic == RecordBatchDescriptor.MAGIC_V0 ? Lz4Framing.LEGACY_CHECKSUM : Lz4Framing.STANDARD;
    ByteBuffer compressed = Compression.of(type).compress(inner.build(), 0, framing);
    Record wrapper =
        new Record(records.getLast().offset(), maxTimestampMs, null, compressed, List.of());
    append(wrapper, wrapper.offset(), attributes(type, timestampType));
  }

  private byte attributes(CompressionType type, TimestampType timestampType) {
    boolean logAppendTime =
        magic == RecordBatchDescriptor.MAGIC_V1 && timestampType == TimestampType.LOG_APPEND_TIME;
    return (byte) (type.id() | (logAppendTime ? RecordBatchDescriptor.TIMESTAMP_TYPE_MASK : 0));
  }

  private void append(Record record, long offset, byte attributes) {
    int size = LegacyMessageDescriptor.sizeInBytes(magic, record.key(), record.value());
    byte[] message = new byte[size];
    LegacyMessageDescriptor.write(
        ByteBuffer.wrap(message),
        offset,
        magic,
        attributes,
        record.timestampMs(),
        record.key(),
        record.value());
    out.writeBytes(message);
  }

  ByteBuffer build() {
    return ByteBuffer.wrap(out.toByteArray());
  }
}
