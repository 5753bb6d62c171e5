package org.odradek.broker.replication;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.RecordsPayload;
import org.odradek.protocol.record.CorruptRecordsException;
import org.odradek.protocol.record.RecordBatch;
import org.odradek.protocol.record.RecordBatchDescriptor;
import org.odradek.storage.AppendResult;
import org.odradek.storage.PartitionLog;

/** Appends fetched batches as they are; the log checks each before it takes any. */
final class FollowerAppend {
  private FollowerAppend() {}

  /**
   * @param records from position to limit; the last batch may be cut off
   * @return what was appended, null for nothing
   * @throws CorruptRecordsException if a checksum, a length or an offset is wrong
   * @throws org.odradek.storage.LogException if the role has passed, or the log refuses
   */
  static @Nullable AppendResult append(FollowedPartition followed, ByteBuffer records) {
    ByteBuffer batches = upToEpoch(records, followed.leaderEpoch());
    if (!batches.hasRemaining()) {
      return null;
    }
    RecordBatch first = firstWhole(batches);
    if (first == null) {
      return null;
    }
    beginInsideBatch(followed, first);
    return followed.partition().appendAsFollower(batches, followed.leaderEpoch());
  }

  /** The bytes of an answer, wherever they lie. */
  static @Nullable ByteBuffer bytes(@Nullable RecordsPayload records) {
    if (records == null || records.sizeInBytes() == 0) {
      return null;
    }
    if (records instanceof BufferRecords buffered) {
      return buffered.buffer();
    }
    ByteBuffer copy = ByteBuffer.allocate(records.sizeInBytes());
    records.writeTo(copy);
    return copy.flip();
  }

  /**
   * Leaves out what was written in a later epoch than the one that is followed: the sender answered
   * while it lost the lead, and those batches are to be fetched from whoever has it now.
   */
  private static ByteBuffer upToEpoch(ByteBuffer records, int leaderEpoch) {
    for (RecordBatch batch : RecordBatch.wholeIn(records)) {
      if (batch.magic() >= RecordBatchDescriptor.MAGIC_V2
          && batch.partitionLeaderEpoch() > leaderEpoch) {
        return records.duplicate().limit(batch.index());
      }
    }
    return records;
  }

  private static @Nullable RecordBatch firstWhole(ByteBuffer batches) {
    for (RecordBatch batch : RecordBatch.wholeIn(batches)) {
      return batch;
    }
    return null;
  }

  /**
   * Records may be deleted up to the middle of a batch. A log that was emptied to begin there gets
   * the whole batch, and so has to begin where the batch does; the log start offset follows the
   * leader's again right after.
   */
  private static void beginInsideBatch(FollowedPartition followed, RecordBatch first) {
    PartitionLog log = followed.log();
    long end = log.logEndOffset();
    if (first.magic() >= RecordBatchDescriptor.MAGIC_V2
        && first.baseOffset() < end
        && first.lastOffset() >= end
        && log.logStartOffset() == end) {
      first.ensureValid();
      followed.partition().truncateFullyAndStartAt(first.baseOffset(), followed.leaderEpoch());
    }
  }
}
