package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.odradek.protocol.compression.CompressionType;

/**
 * Rewrites batches for clients that do not know their format: Fetch 0 and 1 are answered in magic
 * 0, Fetch 2 and 3 in magic 1. Headers are lost, control records are left out, and there is no
 * zstd.
 */
public final class DownConversion {

  private DownConversion() {}

  /** A batch has a codec that the older format lacks: UNSUPPORTED_COMPRESSION_TYPE on the wire. */
  public static final class UnsupportedCompressionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedCompressionException(byte toMagic) {
      super("zstd batches cannot be converted to messages of magic " + toMagic);
    }
  }

  /** The newest magic that a Fetch of this version understands. */
  public static byte magicOfFetchVersion(short version) {
    if (version >= 4) {
      return RecordBatchDescriptor.MAGIC_V2;
    }
    return version >= 2 ? RecordBatchDescriptor.MAGIC_V1 : RecordBatchDescriptor.MAGIC_V0;
  }

  /**
   * Converts all whole batches of a read; one that is cut off at the end is left out.
   *
   * @param batches from position to limit, which do not move
   * @param toMagic 0 or 1; batches of this magic or older are passed on as they are
   * @param fromOffset the offset asked for; uncompressed records below it are left out
   * @param maxDecompressedBytes how far one compressed batch may expand
   * @return may be empty when there was nothing but control records or a batch cut off
   * @throws UnsupportedCompressionException if the first batch that has records is zstd; conversion
   *     stops before a later one
   * @throws CorruptRecordsException if a batch is not well formed
   */
  public static ByteBuffer convert(
      ByteBuffer batches, byte toMagic, long fromOffset, int maxDecompressedBytes) {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (RecordBatch batch : RecordBatch.wholeIn(batches)) {
      if (batch.magic() <= toMagic) {
        pieces.add(batch.slice());
        continue;
      }
      boolean zstd =
          batch.magic() == RecordBatchDescriptor.MAGIC_V2
              && batch.compression() == CompressionType.ZSTD;
      if (zstd && !pieces.isEmpty()) {
        break; // the fetch that begins at this batch is told
      }
      if (zstd) {
        throw new UnsupportedCompressionException(toMagic);
      }
      ByteBuffer converted = convertOne(batch, toMagic, fromOffset, maxDecompressedBytes);
      if (converted.hasRemaining()) {
        pieces.add(converted);
      }
    }
    return concatenate(pieces);
  }

  private static ByteBuffer convertOne(
      RecordBatch batch, byte toMagic, long fromOffset, int maxDecompressedBytes) {
    CompressionType compression;
    TimestampType timestampType;
    List<Record> records = new ArrayList<>();
    if (batch.magic() == RecordBatchDescriptor.MAGIC_V2) {
      if (batch.isControl()) {
        return ByteBuffer.allocate(0);
      }
      compression = batch.compression();
      timestampType = batch.timestampType();
      batch.records(maxDecompressedBytes).forEach(records::add);
    } else {
      LegacyMessage message = LegacyMessage.of(batch);
      compression = message.compression();
      timestampType = message.timestampType();
      records.addAll(message.records(maxDecompressedBytes));
    }
    if (compression == CompressionType.NONE) {
      records.removeIf(record -> record.offset() < fromOffset);
    }
    LegacyMessageSetBuilder builder = new LegacyMessageSetBuilder(toMagic);
    if (compression == CompressionType.NONE) {
      builder.appendPlain(records, timestampType);
    } else if (!records.isEmpty()) {
      builder.appendCompressed(records, timestampType, compression);
    }
    return builder.build();
  }

  private static ByteBuffer concatenate(List<ByteBuffer> pieces) {
    if (pieces.size() == 1) {
      return pieces.getFirst();
    }
    ByteBuffer all =
        ByteBuffer.allocate(
            Math.toIntExact(pieces.stream().mapToLong(ByteBuffer::remaining).sum()));
    pieces.forEach(all::put);
    return all.flip();
  }
}
