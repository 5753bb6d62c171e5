package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import java.util.Iterator;
import org.odradek.protocol.ErrorCode;

/**
 * Decides whether what a producer sent for one partition may be appended, and brings it into the
 * form in which the log stores it.
 *
 * <p>What is checked, in this order: that there is exactly one batch, of a magic and a codec that
 * the version of the request allows; its size; its CRC; its header (offset deltas, count, producer
 * id and sequence, no control batch); then each record, decompressed piece by piece where need be:
 * its structure, timestamp, and key on a compacted topic. Compressed batches are decompressed even
 * when they are stored as they came: a batch that no consumer can read would block its partition
 * for all of them.
 *
 * <p>What is changed: for LogAppendTime, and where the header's largest timestamp is not that of
 * the records, the header and its CRC, in place; another codec than the topic's leads to a new
 * batch; so do offset deltas other than 0, 1, 2, and so on, which some old clients send; and so do
 * message sets of magic 0 and 1, which all become one batch of magic 2.
 *
 * <p>Thread-safety: stateless.
 */
public final class ProduceRecordsValidator {
  /** From here on a request has one batch of magic 2 for each partition (KIP-98). */
  private static final short FIRST_VERSION_OF_MAGIC_V2 = 3;

  private ProduceRecordsValidator() {}

  /**
   * @param records from position to limit, which do not move; writable, as they may be changed in
   *     place
   * @param produceVersion of the request that brought them
   * @param nowMs the broker's time
   * @throws InvalidRecordsException if they are refused, with the error for the producer
   */
  public static ValidatedRecords validate(
      ByteBuffer records, short produceVersion, ValidationSettings settings, long nowMs) {
    try {
      Iterator<RecordBatch> batches = RecordBatch.wholeIn(records).iterator();
      if (!batches.hasNext()) {
        if (produceVersion < FIRST_VERSION_OF_MAGIC_V2 && !records.hasRemaining()) {
          return ValidatedRecords.empty(settings.timestampType());
        }
        throw invalid("There is no whole record batch in " + records.remaining() + " bytes");
      }
      RecordBatch first = batches.next();
      byte magic = first.magic();
      if (magic < RecordBatchDescriptor.MAGIC_V0 || magic > RecordBatchDescriptor.MAGIC_V2) {
        throw new InvalidRecordsException(
            ErrorCode.CORRUPT_MESSAGE, "Magic is " + magic + ", there are 0, 1 and 2");
      }
      if (magic != RecordBatchDescriptor.MAGIC_V2) {
        if (produceVersion >= FIRST_VERSION_OF_MAGIC_V2) {
          throw invalid("Produce version " + produceVersion + " allows magic 2 only, not " + magic);
        }
        return LegacyProduceConversion.convert(records, settings, nowMs);
      }
      if (batches.hasNext()) {
        throw invalid("There is more than one record batch for the partition");
      }
      return ProducedBatch.validate(first, produceVersion, settings, nowMs);
    } catch (CorruptRecordsException e) {
      throw new InvalidRecordsException(ErrorCode.CORRUPT_MESSAGE, e.getMessage());
    }
  }

  static InvalidRecordsException invalid(String message) {
    return new InvalidRecordsException(ErrorCode.INVALID_RECORD, message);
  }

  static void checkSize(String what, int sizeInBytes, ValidationSettings settings) {
    if (sizeInBytes > settings.maxMessageBytes()) {
      throw new InvalidRecordsException(
          ErrorCode.MESSAGE_TOO_LARGE,
          "%s has %d bytes, the topic's max.message.bytes is %d"
              .formatted(what, sizeInBytes, settings.maxMessageBytes()));
    }
  }
}
