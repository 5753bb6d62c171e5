package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.compression.DecompressionException;
import org.odradek.protocol.compression.DecompressionLimitException;
import org.odradek.protocol.compression.Decompressor;
import org.odradek.protocol.compression.Lz4Framing;

/**
 * Reads the records of a batch of magic 2 whole. Compressed ones are decompressed at once, up to
 * the limit given.
 */
final class RecordIterator implements Iterator<Record> {
  private final RecordInput input;
  private final int recordCount;
  private final long baseOffset;
  private final long baseTimestampMs;

  /** The timestamp of all records when the broker gave it, else {@code NO_TIMESTAMP}. */
  private final boolean logAppendTime;

  private final long maxTimestampMs;
  private int read;

  RecordIterator(RecordBatch batch, int maxDecompressedBytes) {
    this.input = new RecordInput(decompressed(batch, maxDecompressedBytes));
    this.recordCount = batch.recordCount();
    this.baseOffset = batch.baseOffset();
    this.baseTimestampMs = batch.baseTimestamp();
    this.logAppendTime = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
    this.maxTimestampMs = batch.maxTimestamp();
    if (recordCount < 0) {
      throw new CorruptRecordsException("The batch counts " + recordCount + " records");
    }
  }

  /** The bytes of the records; of an uncompressed batch without a copy. */
  static ByteBuffer decompressed(RecordBatch batch, int maxDecompressedBytes) {
    CompressionType compression = batch.compression();
    ByteBuffer body = batch.body();
    if (compression == CompressionType.NONE) {
      return body;
    }
    try (Decompressor source =
        Decompressor.open(compression, body, Lz4Framing.STANDARD, maxDecompressedBytes)) {
      return source.readFully();
    } catch (DecompressionLimitException e) {
      throw e;
    } catch (DecompressionException e) {
      throw new CorruptRecordsException(e.getMessage(), e);
    }
  }

  @Override
  public boolean hasNext() {
    if (read < recordCount) {
      return true;
    }
    if (!input.atEnd()) {
      throw new CorruptRecordsException(
          "The batch counts " + recordCount + " records, but there are bytes after them");
    }
    return false;
  }

  @Override
  public Record next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int size = input.readVarint();
    long start = input.position();
    input.readByte();
    long timestampDelta = input.readVarlong();
    int offsetDelta = input.readVarint();
    ByteBuffer key = readBytes();
    ByteBuffer value = readBytes();
    List<RecordHeader> headers = readHeaders();
    if (input.position() - start != size) {
      throw new CorruptRecordsException(
          "Record "
              + read
              + " says it has "
              + size
              + " bytes, its fields have "
              + (input.position() - start));
    }
    read++;
    long timestampMs = logAppendTime ? maxTimestampMs : baseTimestampMs + timestampDelta;
    return new Record(baseOffset + offsetDelta, timestampMs, key, value, headers);
  }

  private @Nullable ByteBuffer readBytes() {
    int length = input.readVarint();
    return length < 0 ? null : input.slice(length);
  }

  private List<RecordHeader> readHeaders() {
    int count = input.readVarint();
    if (count == 0) {
      return List.of();
    }
    if (count < 0) {
      throw new CorruptRecordsException("Record " + read + " has " + count + " headers");
    }
    // Not sized by the count, which may lie.
    List<RecordHeader> headers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ByteBuffer key = readBytes();
      if (key == null) {
        throw new CorruptRecordsException("A header of record " + read + " has no key");
      }
      headers.add(new RecordHeader(key, readBytes()));
    }
    return headers;
  }
}
