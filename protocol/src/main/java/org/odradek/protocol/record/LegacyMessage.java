package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.compression.DecompressionException;
import org.odradek.protocol.compression.DecompressionLimitException;
import org.odradek.protocol.compression.Decompressor;
import org.odradek.protocol.compression.Lz4Framing;

/**
 * A view of one message of magic 0 or 1 in a buffer: a record of its own, or a wrapper around
 * compressed ones. Its size and its lengths fit the buffer and each other.
 */
final class LegacyMessage {
  private final ByteBuffer buffer;
  private final int index;
  private final @Nullable ByteBuffer key;
  private final @Nullable ByteBuffer value;

  private LegacyMessage(
      ByteBuffer buffer, int index, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
    this.buffer = buffer;
    this.index = index;
    this.key = key;
    this.value = value;
  }

  /**
   * The message that a view of magic 0 or 1 stands for.
   *
   * @throws CorruptRecordsException if its magic is another, or a length is wrong
   */
  static LegacyMessage of(RecordBatch message) {
    byte magic = message.magic();
    if (magic != RecordBatchDescriptor.MAGIC_V0 && magic != RecordBatchDescriptor.MAGIC_V1) {
      throw new CorruptRecordsException("Magic is " + magic + ", expected 0 or 1");
    }
    ByteBuffer buffer = message.buffer();
    int index = message.index();
    int end = index + message.sizeInBytes();
    int keyAt = index + LegacyMessageDescriptor.keyOffset(magic);
    int keyLength = lengthAt(buffer, keyAt, end - Integer.BYTES);
    int valueAt = keyAt + Integer.BYTES + Math.max(keyLength, 0);
    int valueLength = lengthAt(buffer, valueAt, end);
    int messageEnd = valueAt + Integer.BYTES + Math.max(valueLength, 0);
    if (messageEnd != end) {
      throw new CorruptRecordsException(
          "The message says it has "
              + (end - index)
              + " bytes, its fields have "
              + (messageEnd - index));
    }
    return new LegacyMessage(
        buffer,
        index,
        keyLength < 0 ? null : buffer.slice(keyAt + Integer.BYTES, keyLength),
        valueLength < 0 ? null : buffer.slice(valueAt + Integer.BYTES, valueLength));
  }

  private static int lengthAt(ByteBuffer buffer, int at, int end) {
    int length = buffer.getInt(at);
    if (length < -1 || length > end - at - Integer.BYTES) {
      throw new CorruptRecordsException(
          "A field of the message has "
              + length
              + " bytes, there are "
              + (end - at - Integer.BYTES));
    }
    return length;
  }

  byte magic() {
    return RecordBatchDescriptor.magic(buffer, index);
  }

  long offset() {
    return RecordBatchDescriptor.baseOffset(buffer, index);
  }

  TimestampType timestampType() {
    return LegacyMessageDescriptor.timestampType(buffer, index);
  }

  /**
   * @throws CorruptRecordsException if the attributes have a codec that this format does not know
   */
  CompressionType compression() {
    CompressionType type = LegacyMessageDescriptor.compression(buffer, index);
    if (type == null) {
      throw new CorruptRecordsException(
          "Compression codec "
              + (LegacyMessageDescriptor.attributes(buffer, index)
                  & RecordBatchDescriptor.COMPRESSION_MASK)
              + " is unknown to magic "
              + magic());
    }
    return type;
  }

  /**
   * @throws CorruptRecordsException if the CRC differs
   */
  void ensureValid() {
    long stored = LegacyMessageDescriptor.crc(buffer, index);
    long computed = LegacyMessageDescriptor.computeCrc(buffer, index);
    if (stored != computed) {
      throw new CorruptRecordsException(
          "Checksum of the message at offset "
              + offset()
              + " is "
              + stored
              + ", its bytes say "
              + computed);
    }
  }

  /** This message as a record, wrapper or not. */
  private Record record(long offset, long timestampMs) {
    return new Record(offset, timestampMs, key, value, List.of());
  }

  private long timestamp() {
    return LegacyMessageDescriptor.timestamp(buffer, index);
  }

  /**
   * The records: this one, or those inside with their absolute offsets. Inner checksums are
   * verified too.
   *
   * @throws CorruptRecordsException if the inner messages are not well formed
   */
  List<Record> records(int maxDecompressedBytes) {
    CompressionType compression = compression();
    if (compression == CompressionType.NONE) {
      return List.of(record(offset(), timestamp()));
    }
    List<LegacyMessage> inner = innerMessages(compression, maxDecompressedBytes);
    // Magic 1 counts from the first inner message, and the wrapper has the offset of the last.
    long base = magic() == RecordBatchDescriptor.MAGIC_V1 ? offset() - inner.getLast().offset() : 0;
    boolean logAppendTime = timestampType() == TimestampType.LOG_APPEND_TIME;
    List<Record> records = new ArrayList<>(inner.size());
    for (LegacyMessage message : inner) {
      records.add(
          message.record(
              base + message.offset(), logAppendTime ? timestamp() : message.timestamp()));
    }
    return records;
  }

  private List<LegacyMessage> innerMessages(CompressionType compression, int maxDecompressedBytes) {
    if (value == null) {
      throw new CorruptRecordsException("A message of compressed messages has no value");
    }
    Lz4Framing framing =
        magic() == RecordBatchDescriptor.MAGIC_V0
            ? Lz4Framing.LEGACY_CHECKSUM
            : Lz4Framing.STANDARD;
    ByteBuffer plain;
    try (Decompressor source =
        Decompressor.open(compression, value, framing, maxDecompressedBytes)) {
      plain = source.readFully();
    } catch (DecompressionLimitException e) {
      throw e;
    } catch (DecompressionException e) {
      throw new CorruptRecordsException(e.getMessage(), e);
    }
    List<LegacyMessage> inner = new ArrayList<>();
    for (RecordBatch entry : RecordBatch.allIn(plain)) {
      if (entry.magic() != magic()) {
        throw new CorruptRecordsException(
            "A message of magic " + entry.magic() + " is inside one of magic " + magic());
      }
      LegacyMessage message = of(entry);
      if (message.compression() != CompressionType.NONE) {
        throw new CorruptRecordsException("A compressed message is inside a compressed message");
      }
      message.ensureValid();
      inner.add(message);
    }
    if (inner.isEmpty()) {
      throw new CorruptRecordsException("A message of compressed messages holds none");
    }
    return inner;
  }
}
