package org.odradek.protocol.record;

import static org.odradek.protocol.record.ProduceRecordsValidator.checkSize;
import static org.odradek.protocol.record.ProduceRecordsValidator.invalid;

import java.nio.ByteBuffer;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.compression.DecompressionLimitException;

/** The part of {@link ProduceRecordsValidator} for the one batch of magic 2. */
final class ProducedBatch {
  /** KIP-110. */
  private static final short FIRST_VERSION_WITH_ZSTD = 7;

  private final RecordBatch batch;
  private final ValidationSettings settings;
  private final long nowMs;

  private ProducedBatch(RecordBatch batch, ValidationSettings settings, long nowMs) {
    this.batch = batch;
    this.settings = settings;
    this.nowMs = nowMs;
  }

  static ValidatedRecords validate(
      RecordBatch batch, short produceVersion, ValidationSettings settings, long nowMs) {
    return new ProducedBatch(batch, settings, nowMs).validate(produceVersion);
  }

  private ValidatedRecords validate(short produceVersion) {
    CompressionType sent = knownCompression(produceVersion);
    if (batch.baseOffset() != 0) {
      throw invalid("The batch begins at offset " + batch.baseOffset() + ", it should at 0");
    }
    checkSize("The record batch", batch.sizeInBytes(), settings);
    batch.ensureValid();
    checkHeader();
    RecordChecks checks = new RecordChecks(settings, nowMs, batch.timestampType());
    Compression stored =
        settings.compression() == null ? Compression.of(sent) : settings.compression();
    ByteBuffer result;
    try {
      boolean offsetsInOrder = scan(checks);
      checks.throwIfAnyFailed();
      if (!offsetsInOrder) {
        result = rebuilt(stored);
      } else if (stored.type() != sent) {
        result = recompressed(stored);
      } else {
        result = batch.slice();
      }
    } catch (DecompressionLimitException e) {
      throw new InvalidRecordsException(ErrorCode.MESSAGE_TOO_LARGE, e.getMessage());
    } catch (CorruptRecordsException e) {
      // The CRC was right, so sending it again does not help: not CORRUPT_MESSAGE.
      throw new InvalidRecordsException(ErrorCode.INVALID_RECORD, e.getMessage());
    }
    finishHeader(result, checks.maxTimestampMs());
    return new ValidatedRecords(
        result,
        checks.count(),
        checks.maxTimestampMs(),
        checks.offsetDeltaOfMaxTimestamp(),
        settings.timestampType(),
        0);
  }

  private CompressionType knownCompression(short produceVersion) {
    CompressionType sent = RecordBatchDescriptor.compression(batch.buffer(), batch.index());
    if (sent == null) {
      throw new InvalidRecordsException(
          ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, "The batch has an unassigned compression codec");
    }
    if (sent == CompressionType.ZSTD && produceVersion < FIRST_VERSION_WITH_ZSTD) {
      throw new InvalidRecordsException(
          ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
          "Produce version " + produceVersion + " does not allow zstd, version 7 does");
    }
    return sent;
  }

  private void checkHeader() {
    int count = batch.recordCount();
    if (count <= 0) {
      throw invalid("The batch counts " + count + " records");
    }
    if (batch.lastOffsetDelta() != count - 1) {
      throw invalid(
          "The batch counts %d records, its last offset delta is %d"
              .formatted(count, batch.lastOffsetDelta()));
    }
    if (batch.isControl()) {
      throw invalid("Control records are the brokers' own, clients may not send them");
    }
    if (batch.hasProducerId() && batch.baseSequence() < 0) {
      throw invalid(
          "The batch of producer id %d has sequence %d"
              .formatted(batch.producerId(), batch.baseSequence()));
    }
    if (batch.isTransactional() && !batch.hasProducerId()) {
      throw invalid("The batch is transactional and has no producer id");
    }
  }

  /** Returns whether the records have the offset deltas 0, 1, 2, and so on. */
  private boolean scan(RecordChecks checks) {
    boolean inOrder = true;
    long baseTimestampMs = batch.baseTimestamp();
    try (RecordScanner scanner = RecordScanner.over(batch, settings.maxDecompressedBytes())) {
      while (scanner.next()) {
        inOrder &= scanner.offsetDelta() == checks.count();
        checks.check(baseTimestampMs + scanner.timestampDelta(), scanner.hasKey());
      }
    }
    return inOrder;
  }

  /** The same records, number for number, in another codec. */
  private ByteBuffer recompressed(Compression stored) {
    ByteBuffer plain = RecordIterator.decompressed(batch, settings.maxDecompressedBytes());
    ByteBuffer result = stored.compress(plain, RecordBatchDescriptor.RECORDS_OFFSET);
    result.put(0, batch.buffer(), batch.index(), RecordBatchDescriptor.RECORDS_OFFSET);
    RecordBatchDescriptor.batchLength(
        result, 0, result.limit() - RecordBatchDescriptor.LOG_OVERHEAD);
    int attributes =
        (RecordBatchDescriptor.attributes(result, 0) & ~RecordBatchDescriptor.COMPRESSION_MASK)
            | stored.type().id();
    RecordBatchDescriptor.attributes(result, 0, (short) attributes);
    RecordBatchDescriptor.crc(result, 0, RecordBatchDescriptor.computeCrc(result, 0));
    checkSize("The recompressed record batch", result.limit(), settings);
    return result;
  }

  /** The same records, numbered as they come. */
  private ByteBuffer rebuilt(Compression stored) {
    RecordBatchBuilder builder = new RecordBatchBuilder().compression(stored);
    if (batch.hasProducerId()) {
      builder.producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence());
    }
    if (batch.isTransactional()) {
      builder.transactional();
    }
    for (Record record : batch.records(settings.maxDecompressedBytes())) {
      builder.append(record.timestampMs(), record.key(), record.value(), record.headers());
    }
    ByteBuffer result = builder.build();
    checkSize("The renumbered record batch", result.limit(), settings);
    return result;
  }

  /** Sets the timestamp type and the largest timestamp, and the CRC if that changed anything. */
  private void finishHeader(ByteBuffer result, long maxTimestampMs) {
    short attributes = RecordBatchDescriptor.attributes(result, 0);
    boolean logAppendTime = settings.timestampType() == TimestampType.LOG_APPEND_TIME;
    short wanted =
        (short)
            (logAppendTime
                ? attributes | RecordBatchDescriptor.TIMESTAMP_TYPE_MASK
                : attributes & ~RecordBatchDescriptor.TIMESTAMP_TYPE_MASK);
    if (wanted != attributes || RecordBatchDescriptor.maxTimestamp(result, 0) != maxTimestampMs) {
      RecordBatchDescriptor.attributes(result, 0, wanted);
      RecordBatchDescriptor.maxTimestamp(result, 0, maxTimestampMs);
      RecordBatchDescriptor.crc(result, 0, RecordBatchDescriptor.computeCrc(result, 0));
    }
  }
}
