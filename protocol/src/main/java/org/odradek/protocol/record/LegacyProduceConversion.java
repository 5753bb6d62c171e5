package org.odradek.protocol.record;

import static org.odradek.protocol.record.ProduceRecordsValidator.checkSize;
import static org.odradek.protocol.record.ProduceRecordsValidator.invalid;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.compression.DecompressionLimitException;

/**
 * The part of {@link ProduceRecordsValidator} for message sets of magic 0 and 1: all messages of
 * the set, or those inside its one compressed wrapper, become one batch of magic 2.
 */
final class LegacyProduceConversion {

  private LegacyProduceConversion() {}

  static ValidatedRecords convert(ByteBuffer records, ValidationSettings settings, long nowMs) {
    List<LegacyMessage> messages = messages(records, settings);
    CompressionType sent = messages.getFirst().compression();
    for (LegacyMessage message : messages) {
      if (messages.size() > 1 && message.compression() != CompressionType.NONE) {
        throw invalid("A message set with a compressed message has other messages too");
      }
    }
    Compression stored =
        settings.compression() == null ? Compression.of(sent) : settings.compression();
    RecordBatchBuilder builder = new RecordBatchBuilder().compression(stored);
    if (settings.timestampType() == TimestampType.LOG_APPEND_TIME) {
      builder.logAppendTime(nowMs);
    }
    TimestampType sentTimestampType = TimestampType.CREATE_TIME;
    for (LegacyMessage message : messages) {
      if (message.timestampType() == TimestampType.LOG_APPEND_TIME) {
        sentTimestampType = TimestampType.LOG_APPEND_TIME;
      }
    }
    RecordChecks checks = new RecordChecks(settings, nowMs, sentTimestampType);
    try {
      for (LegacyMessage message : messages) {
        for (Record record : message.records(settings.maxDecompressedBytes())) {
          checks.check(record.timestampMs(), record.key() != null);
          builder.append(record.timestampMs(), record.key(), record.value());
        }
      }
    } catch (DecompressionLimitException e) {
      throw new InvalidRecordsException(ErrorCode.MESSAGE_TOO_LARGE, e.getMessage());
    } catch (CorruptRecordsException e) {
      throw new InvalidRecordsException(ErrorCode.INVALID_RECORD, e.getMessage());
    }
    checks.throwIfAnyFailed();
    ByteBuffer batch = builder.build();
    checkSize("The message set, as a batch of magic 2,", batch.limit(), settings);
    return new ValidatedRecords(
        batch,
        checks.count(),
        checks.maxTimestampMs(),
        checks.offsetDeltaOfMaxTimestamp(),
        settings.timestampType(),
        checks.count());
  }

  /** The messages, each checked for itself; one that is cut off at the end is left out. */
  private static List<LegacyMessage> messages(ByteBuffer records, ValidationSettings settings) {
    List<LegacyMessage> messages = new ArrayList<>();
    for (RecordBatch entry : RecordBatch.wholeIn(records)) {
      checkSize("A message", entry.sizeInBytes(), settings);
      if (!messages.isEmpty() && entry.magic() != messages.getFirst().magic()) {
        throw invalid(
            "A message of magic %d follows one of magic %d"
                .formatted(entry.magic(), messages.getFirst().magic()));
      }
      LegacyMessage message = LegacyMessage.of(entry);
      message.ensureValid();
      messages.add(message);
    }
    return messages;
  }
}
