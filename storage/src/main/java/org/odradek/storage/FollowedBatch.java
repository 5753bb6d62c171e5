package org.odradek.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.odradek.protocol.record.CorruptRecordsException;
import org.odradek.protocol.record.RecordBatch;
import org.odradek.protocol.record.RecordBatchDescriptor;

/**
 * A batch as a follower takes it from its leader: of magic 2, or a message of the formats 0 and 1,
 * whose offset is that of its last record.
 */
record FollowedBatch(long firstOffset, long lastOffset) {
  private static final int LEGACY_CRC = 12;
  private static final int LEGACY_CRC_FROM = 16;
  private static final int LEGACY_TIMESTAMP = 18;

  /**
   * @throws CorruptRecordsException if the checksum or the offsets are wrong
   */
  static FollowedBatch checked(RecordBatch batch) {
    ByteBuffer buffer = batch.buffer();
    int at = batch.index();
    if (isLegacy(buffer, at)) {
      ensureLegacyChecksum(batch);
      return new FollowedBatch(batch.baseOffset(), batch.baseOffset());
    }
    batch.ensureValid();
    if (batch.lastOffsetDelta() < 0) {
      throw new CorruptRecordsException(
          "The batch at offset "
              + batch.baseOffset()
              + " has the last offset delta "
              + batch.lastOffsetDelta());
    }
    return new FollowedBatch(batch.baseOffset(), batch.lastOffset());
  }

  private static void ensureLegacyChecksum(RecordBatch batch) {
    CRC32 crc = new CRC32();
    crc.update(
        batch
            .buffer()
            .duplicate()
            .limit(batch.index() + batch.sizeInBytes())
            .position(batch.index() + LEGACY_CRC_FROM));
    long stored = Integer.toUnsignedLong(batch.buffer().getInt(batch.index() + LEGACY_CRC));
    if (crc.getValue() != stored) {
      throw new CorruptRecordsException(
          "Checksum of the message at offset "
              + batch.baseOffset()
              + " is "
              + stored
              + ", its bytes say "
              + crc.getValue());
    }
  }

  static boolean isLegacy(ByteBuffer batches, int at) {
    return RecordBatchDescriptor.magic(batches, at) < RecordBatchDescriptor.MAGIC_V2;
  }

  static long lastOffset(ByteBuffer batches, int at) {
    return isLegacy(batches, at)
        ? RecordBatchDescriptor.baseOffset(batches, at)
        : RecordBatchDescriptor.lastOffset(batches, at);
  }

  /** -1 where there is none, as in format 0. */
  static long maxTimestamp(ByteBuffer batches, int at) {
    return switch (RecordBatchDescriptor.magic(batches, at)) {
      case RecordBatchDescriptor.MAGIC_V0 -> RecordBatchDescriptor.NO_TIMESTAMP;
      case RecordBatchDescriptor.MAGIC_V1 -> batches.getLong(at + LEGACY_TIMESTAMP);
      default -> RecordBatchDescriptor.maxTimestamp(batches, at);
    };
  }
}
