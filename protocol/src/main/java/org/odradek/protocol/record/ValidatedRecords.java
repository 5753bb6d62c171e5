package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What validation let pass: exactly one batch of magic 2 (or none), complete but for its base
 * offset and partition leader epoch, which the log gives and which the CRC does not cover.
 *
 * @param batch the batch from position to limit, which may be the very bytes that were validated;
 *     without any bytes when an old client sent an empty message set
 * @param recordCount the batch's records, with the offset deltas 0 to {@code recordCount - 1}
 * @param maxTimestampMs the largest timestamp, {@link RecordBatchDescriptor#NO_TIMESTAMP} if none
 * @param offsetDeltaOfMaxTimestamp of the first record that has it; the last record for
 *     LogAppendTime
 * @param timestampType what the topic wants; the answer to the producer has the time for
 *     LogAppendTime
 * @param convertedRecords how many records had to be brought up from magic 0 or 1
 */
public record ValidatedRecords(
    ByteBuffer batch,
    int recordCount,
    long maxTimestampMs,
    int offsetDeltaOfMaxTimestamp,
    TimestampType timestampType,
    int convertedRecords) {

  static ValidatedRecords empty(TimestampType timestampType) {
    return new ValidatedRecords(
        ByteBuffer.allocate(0).order(ByteOrder.BIG_ENDIAN),
        0,
        RecordBatchDescriptor.NO_TIMESTAMP,
        0,
        timestampType,
        0);
  }

  public boolean isEmpty() {
    return recordCount == 0;
  }
}
