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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends fetched batches as they are; the log checks each before it takes any. */
final class FollowerAppend {
  private static final Logger logger = LoggerFactory.getLogger(FollowerAppend.class);

  private FollowerAppend() {}

  /**
   * @param records from position to limit; the last batch may be cut off
   * @return what was appended, null for nothing; the log may have been cut then
   * @throws CorruptRecordsException if a checksum, a length or an offset is wrong
   * @throws org.odradek.storage.LogException if the role has passed, or the log refuses
   */
  static @Nullable AppendResult append(FollowedPartition followed, ByteBuffer records) {
    ByteBuffer batches = upToEpoch(records, followed.leaderEpoch());
    if (!batches.hasRemaining()) {
      return null;
    }
    RecordBatch first = firstWhole(batches);
    if (first == null || !makeRoomFor(followed, first)) {
      return null;
    }
    return followed.partition().asFollower().append(batches, followed.leaderEpoch());
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
   * The leader sends whole batches, so that the first may begin before our end. Nothing of it can
   * be here then, as no leader cuts batches apart:
   *
   * <ul>
   *   <li>Records may be deleted up to the middle of a batch. A log that was emptied to begin there
   *       has to begin where the batch does; the log start offset follows the leader's again right
   *       after.
   *   <li>Or our log has other records there, of a leader that was replaced, and the leader could
   *       not tell, as it has deleted what the epochs of those are known by. Ours are cut off.
   * </ul>
   *
   * @return whether the batch can be appended now; if not, it is to be asked again from our end
   */
  private static boolean makeRoomFor(FollowedPartition followed, RecordBatch first) {
    PartitionLog log = followed.log();
    long end = log.logEndOffset();
    if (first.magic() < RecordBatchDescriptor.MAGIC_V2
        || first.baseOffset() >= end
        || first.lastOffset() < end) {
      return true;
    }
    first.ensureValid();
    if (log.logStartOffset() == end) {
      followed
          .partition()
          .asFollower()
          .truncateFullyAndStartAt(first.baseOffset(), followed.leaderEpoch());
      return true;
    }
    logger.warn(
        "{} is cut from offset {} to {}: its leader has a batch from there to offset {}",
        followed,
        end,
        first.baseOffset(),
        first.lastOffset());
    if (log.logStartOffset() >= first.baseOffset()) {
      followed
          .partition()
          .asFollower()
          .truncateFullyAndStartAt(first.baseOffset(), followed.leaderEpoch());
      return true;
    }
    followed.partition().asFollower().truncateTo(first.baseOffset(), followed.leaderEpoch());
    return false;
  }
}
