package org.odradek.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.record.CorruptRecordsException;

/**
 * The log of one partition: a sequence of record batches in segment files.
 *
 * <p>Thread-safety: any thread. Appends of one partition exclude each other by a lock that is held
 * for the length of a copy; reads take no lock. "May wait" below means that the call waits for the
 * disk or for background work, and belongs on a worker.
 *
 * <p>Every operation throws {@link LogException} with KAFKA_STORAGE_ERROR when the log's directory
 * is offline or the log is closed.
 */
public abstract class PartitionLog {
  PartitionLog() {}

  public abstract TopicPartition topicPartition();

  /** The id of the topic as in {@code partition.metadata}; null while none is assigned. */
  public abstract @Nullable Uuid topicId();

  /**
   * Assigns the topic id of a partition that has none yet, and writes {@code partition.metadata}.
   * May wait.
   *
   * @throws LogException INCONSISTENT_TOPIC_ID if the log has another
   */
  public abstract void assignTopicId(Uuid topicId);

  public abstract LogConfig config();

  /** Takes effect with the next append or periodic check. */
  public abstract void reconfigure(LogConfig config);

  /** The folder of the partition. */
  public abstract Path path();

  /** The log directory (one of {@code log.dirs}) that the partition is in. */
  public abstract Path directory();

  /** The first offset that can be read: moved by retention and DeleteRecords. */
  public abstract long logStartOffset();

  /** The offset that the next record gets. */
  public abstract long logEndOffset();

  /** The log end offset with its place, for counting bytes. */
  public abstract LogPosition end();

  /** The offset below which records are replicated, as last told; starts from its checkpoint. */
  public abstract long highWatermark();

  /** The high watermark with its place, for counting bytes. May read a few KiB of the segment. */
  public abstract LogPosition highWatermarkPosition();

  /** The first offset that a {@code read_committed} consumer may not see yet (KIP-98). */
  public abstract long lastStableOffset();

  /**
   * Moves the high watermark, kept between log start and log end. Only up, but for the follower's
   * truncation, which lowers it itself.
   *
   * @return whether it moved
   */
  public abstract boolean updateHighWatermark(long offset);

  /** Bytes of all segments. */
  public abstract long sizeInBytes();

  /** Offsets below this are on the disk for sure. */
  public abstract long recoveryPoint();

  /**
   * Appends batches that validation has let pass: gives them offsets and the leader epoch, and
   * checks producer epoch and sequences. May run on an event loop.
   *
   * <p>The buffer's bytes from position to limit are copied and not changed, and its position is
   * not moved. A batch with a producer id comes alone.
   *
   * @param batches whole batches of magic 2, their relative offsets and timestamps final
   * @param leaderEpoch the epoch of this leader
   * @throws LogException OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH, INVALID_TXN_STATE,
   *     TRANSACTION_COORDINATOR_FENCED, RECORD_LIST_TOO_LARGE (larger than a segment), or
   *     KAFKA_STORAGE_ERROR (offline, disk full)
   */
  public abstract AppendResult appendAsLeader(
      ByteBuffer batches, int leaderEpoch, AppendOrigin origin);

  /**
   * Appends what a leader sent as it is, offsets and epochs included; a batch cut off at the end is
   * left out, and checksums are checked. Batches that begin below the log end are refused.
   *
   * @param batches from position to limit; not mapped memory, not changed
   * @return what was appended, or null when there was no whole batch
   * @throws CorruptRecordsException if a checksum or length is wrong
   * @throws LogException UNEXPECTED offsets (OFFSET_OUT_OF_RANGE), KAFKA_STORAGE_ERROR
   */
  public abstract @Nullable AppendResult appendAsFollower(ByteBuffer batches);

  /**
   * Reads from the batch that holds {@code offset} on, within one segment. On an event loop only
   * when {@link #likelyResident} says so.
   *
   * @param offset from the log start offset to the bound of the isolation; may be inside a batch
   * @param maxBytes how much to read
   * @param minOneBatch whether the first batch comes whole even when it is larger than {@code
   *     maxBytes}
   * @throws LogException OFFSET_OUT_OF_RANGE below log start or above log end
   */
  public abstract LogRead read(
      long offset, int maxBytes, boolean minOneBatch, ReadIsolation isolation);

  /**
   * Whether a read at this offset finds its index in memory and its bytes, most likely, in the page
   * cache: true for the last megabytes written.
   */
  public abstract boolean likelyResident(long offset);

  /**
   * The first record whose timestamp is at least {@code timestampMs}, from the log start offset on;
   * null when there is none. Bounds of isolation are the caller's to apply. May wait.
   */
  public abstract @Nullable TimestampedOffset offsetForTimestamp(long timestampMs);

  /** The first of the records with the largest timestamp (KIP-734); null when empty. May wait. */
  public abstract @Nullable TimestampedOffset maxTimestampOffset();

  /** Notes that this broker leads with the given epoch from the log end on. May wait. */
  public abstract void startLeaderEpoch(int leaderEpoch);

  /** The latest leader epoch that the log knows. */
  public abstract OptionalInt latestLeaderEpoch();

  /** Where the leader epoch ends (OffsetForLeaderEpoch). */
  public abstract EpochEndOffset epochEndOffset(int leaderEpoch);

  /**
   * Removes all records at or above the offset, rounded down to a batch. May wait.
   *
   * @return the new log end offset
   */
  public abstract long truncateTo(long offset);

  /** Removes everything, and goes on at the offset. May wait. */
  public abstract void truncateFullyAndStartAt(long offset);

  /**
   * DeleteRecords: moves the log start offset up, and deletes segments that are wholly below it.
   * May wait.
   *
   * @throws LogException OFFSET_OUT_OF_RANGE above the high watermark
   */
  public abstract void deleteRecordsBefore(long offset);

  /**
   * Forces the records below {@code upToOffset} to the disk. Many callers share one force. The
   * future completes on a background thread, exceptionally with a {@link LogException} if the disk
   * failed.
   */
  public abstract CompletableFuture<@Nullable Void> flush(long upToOffset);

  /** The producers that the log remembers. Short lock. */
  public abstract List<ProducerStatus> producers();
}
