package org.odradek.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.record.CorruptRecordsException;
import org.odradek.storage.file.LogFolder;

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
public final class PartitionLog {
  private final LogState state;
  private final LogMaintenance maintenance;
  private final LogAppender appender;
  private final LogReader reader;

  private PartitionLog(LogState state) {
    this.state = state;
    this.maintenance = new LogMaintenance(state);
    this.appender = new LogAppender(state, maintenance);
    this.reader = new LogReader(state);
  }

  /** What is known of a log from the checkpoints of its directory. */
  record Checkpointed(boolean clean, long recoveryPoint, long logStart, long highWatermark) {
    static final Checkpointed FRESH = new Checkpointed(true, 0, 0, 0);
    static final Checkpointed UNKNOWN = new Checkpointed(false, 0, 0, 0);
  }

  /** Opens the log in a folder that exists; a log without segments gets its first one. */
  static PartitionLog open(
      TopicPartition partition,
      LogDirectory directory,
      LogFolder folder,
      LogConfig config,
      Checkpointed known)
      throws IOException {
    var log = new PartitionLog(new LogState(partition, directory, folder, config));
    log.state.topicId = PartitionMetadataFile.read(folder);
    new LogLoader(log.state, log.maintenance.producerRecovery())
        .load(known.clean(), known.recoveryPoint(), known.logStart(), known.highWatermark());
    return log;
  }

  public TopicPartition topicPartition() {
    return state.partition;
  }

  /** The id of the topic as in {@code partition.metadata}; null while none is assigned. */
  public @Nullable Uuid topicId() {
    return state.topicId;
  }

  /**
   * Assigns the topic id of a partition that has none yet, and writes {@code partition.metadata}.
   * May wait.
   *
   * @throws LogException INCONSISTENT_TOPIC_ID if the log has another
   */
  public void assignTopicId(Uuid topicId) {
    Uuid known = state.topicId;
    if (topicId.equals(known)) {
      return;
    }
    if (known != null && !known.equals(Uuid.ZERO)) {
      throw new LogException(
          ErrorCode.INCONSISTENT_TOPIC_ID,
          "Partition "
              + state.partition
              + " has topic id "
              + known
              + " in its folder, but "
              + topicId
              + " was given");
    }
    try {
      PartitionMetadataFile.write(state.folder, topicId);
      state.topicId = topicId;
    } catch (IOException e) {
      throw state.failed("Writing partition.metadata", e);
    }
  }

  public LogConfig config() {
    return state.config;
  }

  /** Takes effect with the next append or periodic check. */
  public void reconfigure(LogConfig config) {
    state.config = config;
  }

  /** The folder of the partition. */
  public Path path() {
    return state.folder.path();
  }

  /** The log directory (one of {@code log.dirs}) that the partition is in. */
  public Path directory() {
    return state.directory.path();
  }

  /** The first offset that can be read: moved by retention and DeleteRecords. */
  public long logStartOffset() {
    return state.logStartOffset;
  }

  /** The offset that the next record gets. */
  public long logEndOffset() {
    return state.end.offset();
  }

  /** The log end offset with its place, for counting bytes. */
  public LogPosition end() {
    return state.end;
  }

  /** The offset below which records are replicated, as last told; starts from its checkpoint. */
  public long highWatermark() {
    return state.highWatermark.offset();
  }

  /** The high watermark with its place, for counting bytes. May read a few KiB of the segment. */
  public LogPosition highWatermarkPosition() {
    return reader.locatedHighWatermark();
  }

  /** The first offset that a {@code read_committed} consumer may not see yet (KIP-98). */
  public long lastStableOffset() {
    return state.lastStableOffset();
  }

  /**
   * Moves the high watermark, kept between log start and log end. Only up, but for the follower's
   * truncation, which lowers it itself.
   *
   * @return whether it moved
   */
  public boolean updateHighWatermark(long offset) {
    return state.raiseHighWatermark(offset);
  }

  /** Bytes of all segments. */
  public long sizeInBytes() {
    return state.segments.sizeInBytes();
  }

  /** Offsets below this are on the disk for sure. */
  public long recoveryPoint() {
    return state.recoveryPoint;
  }

  /**
   * Appends batches that validation has let pass: gives them offsets and the leader epoch, and
   * checks producer epoch and sequences. May run on an event loop.
   *
   * <p>Offsets and epoch are set in the buffer itself, whose position is not moved. A batch with a
   * producer id comes alone.
   *
   * @param batches whole batches of magic 2, their relative offsets and timestamps final; may be
   *     changed, best in direct memory
   * @param leaderEpoch the epoch of this leader
   * @throws LogException OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH, INVALID_TXN_STATE,
   *     TRANSACTION_COORDINATOR_FENCED, RECORD_LIST_TOO_LARGE (larger than a segment), or
   *     KAFKA_STORAGE_ERROR (offline, disk full)
   */
  public AppendResult appendAsLeader(ByteBuffer batches, int leaderEpoch, AppendOrigin origin) {
    return appender.appendAsLeader(batches, leaderEpoch, origin);
  }

  /**
   * Appends what a leader sent as it is, offsets and epochs included; a batch cut off at the end is
   * left out, and checksums are checked. Batches that begin below the log end are refused.
   *
   * @param batches from position to limit; not changed
   * @return what was appended, or null when there was no whole batch
   * @throws CorruptRecordsException if a checksum or length is wrong
   * @throws LogException UNEXPECTED offsets (OFFSET_OUT_OF_RANGE), KAFKA_STORAGE_ERROR
   */
  public @Nullable AppendResult appendAsFollower(ByteBuffer batches) {
    return appender.appendAsFollower(batches);
  }

  /**
   * Reads from the batch that holds {@code offset} on, within one segment. On an event loop only
   * when {@link #likelyResident} or {@link #isCached} says so.
   *
   * @param offset from the log start offset to the bound of the isolation; may be inside a batch
   * @param maxBytes how much to read
   * @param minOneBatch whether the first batch comes whole even when it is larger than {@code
   *     maxBytes}
   * @throws LogException OFFSET_OUT_OF_RANGE below log start or above log end
   */
  public LogRead read(long offset, int maxBytes, boolean minOneBatch, ReadIsolation isolation) {
    return reader.read(offset, maxBytes, minOneBatch, isolation);
  }

  /**
   * Whether a read at this offset finds its index in memory and its bytes, most likely, in the page
   * cache: true for the last megabytes written.
   */
  public boolean likelyResident(long offset) {
    return state.likelyResident(offset);
  }

  /**
   * Whether a read of so many bytes at this offset finds its index and its bytes, most likely, in
   * memory or the page cache. Some looks at the page cache, which wait for nothing; false when the
   * files are not open, and where the system cannot tell.
   */
  public boolean isCached(long offset, int maxBytes) {
    return reader.isCached(offset, maxBytes);
  }

  /**
   * The first record whose timestamp is at least {@code timestampMs}, from the log start offset on;
   * null when there is none. Bounds of isolation are the caller's to apply. May wait.
   */
  public @Nullable TimestampedOffset offsetForTimestamp(long timestampMs) {
    return reader.offsetForTimestamp(timestampMs);
  }

  /** The first of the records with the largest timestamp (KIP-734); null when empty. May wait. */
  public @Nullable TimestampedOffset maxTimestampOffset() {
    return reader.maxTimestampOffset();
  }

  /** Notes that this broker leads with the given epoch from the log end on. May wait. */
  public void startLeaderEpoch(int leaderEpoch) {
    beginLeaderEpoch(leaderEpoch);
    writeLeaderEpochs();
  }

  /** As {@link #startLeaderEpoch}, in memory only: {@link #writeLeaderEpochs} is to follow. */
  public void beginLeaderEpoch(int leaderEpoch) {
    state.ensureOpen();
    state.appendLock.lock();
    try {
      state.epochs.assign(leaderEpoch, state.end.offset());
      state.changedSinceOpen = true;
    } finally {
      state.appendLock.unlock();
    }
  }

  /**
   * Writes the leader epochs if they have changed, without forcing them: a crash loses none that
   * has records. May wait.
   */
  public void writeLeaderEpochs() {
    try {
      state.epochs.writeUnforced();
    } catch (IOException e) {
      throw state.failed("Writing the leader epochs", e);
    }
  }

  /** The latest leader epoch that the log knows. */
  public OptionalInt latestLeaderEpoch() {
    return state.epochs.latestEpoch();
  }

  /** Where the leader epoch ends (OffsetForLeaderEpoch). */
  public EpochEndOffset epochEndOffset(int leaderEpoch) {
    return state.epochs.endOffset(leaderEpoch, state.end.offset());
  }

  /**
   * Removes all records at or above the offset, rounded down to a batch. May wait.
   *
   * @return the new log end offset
   */
  public long truncateTo(long offset) {
    try {
      return maintenance.truncateTo(offset);
    } catch (IOException e) {
      throw state.failed("Truncation", e);
    }
  }

  /** Removes everything, and goes on at the offset. May wait. */
  public void truncateFullyAndStartAt(long offset) {
    try {
      maintenance.truncateFullyAndStartAt(offset);
    } catch (IOException e) {
      throw state.failed("Truncation", e);
    }
  }

  /**
   * DeleteRecords: moves the log start offset up, and deletes segments that are wholly below it.
   * May wait.
   *
   * @throws LogException OFFSET_OUT_OF_RANGE above the high watermark
   */
  public void deleteRecordsBefore(long offset) {
    state.ensureOpen();
    long highWatermark = state.highWatermark.offset();
    if (offset < 0 || offset > highWatermark) {
      throw new LogException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "Records of "
              + state.partition
              + " cannot be deleted up to offset "
              + offset
              + ", the high watermark is "
              + highWatermark);
    }
    raiseLogStart(offset, "all their records are deleted on request");
  }

  /**
   * Follows the log start offset of the leader. May wait.
   *
   * @param offset beyond the log end the log is emptied and starts there
   */
  public void followLogStart(long offset) {
    if (offset > state.end.offset()) {
      truncateFullyAndStartAt(offset);
    } else {
      raiseLogStart(offset, "the leader deleted their records");
    }
  }

  private void raiseLogStart(long offset, String reason) {
    try {
      maintenance.raiseLogStart(offset, reason);
    } catch (IOException e) {
      throw state.failed("Deletion of records", e);
    }
  }

  /**
   * Forces the records below {@code upToOffset} to the disk. Many callers share one force. The
   * future completes on a background thread, exceptionally with a {@link LogException} if the disk
   * failed.
   */
  public CompletableFuture<@Nullable Void> flush(long upToOffset) {
    return maintenance.flusher().flush(upToOffset);
  }

  /** The producers that the log remembers. Short lock. */
  public List<ProducerStatus> producers() {
    state.appendLock.lock();
    try {
      return state.producers.statuses();
    } finally {
      state.appendLock.unlock();
    }
  }

  LogState state() {
    return state;
  }

  LogMaintenance maintenance() {
    return maintenance;
  }

  @Override
  public String toString() {
    return "PartitionLog(" + state.folder.path() + ")";
  }
}
