package org.odradek.storage.producer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.record.RecordBatchDescriptor;
import org.odradek.storage.AbortedTransaction;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.LogException;
import org.odradek.storage.ProducerStatus;

/**
 * All producers of a log, and its open transactions. A batch is first checked, then appended to the
 * segment, then noted here; replaying the batches of a log yields the same state.
 *
 * <p>Thread-safety: confined to the log's append lock.
 */
public final class ProducerStates {
  private static final long NONE = Long.MAX_VALUE;

  private final TopicPartition partition;
  private final Map<Long, ProducerEntry> producers = new HashMap<>();

  /** Open transactions: first offset to producer id. */
  private final TreeMap<Long, Long> open = new TreeMap<>();

  /** Ended transactions whose marker is not below the high watermark: first to last offset. */
  private final TreeMap<Long, Long> unreplicated = new TreeMap<>();

  private @Nullable ProducerEntry lastUsed;

  /** Whether a producer may have written to this log without being known here. */
  private boolean forgetful;

  public ProducerStates(TopicPartition partition) {
    this.partition = partition;
  }

  public int size() {
    return producers.size();
  }

  /** The first offset that belongs to an undecided transaction; {@link Long#MAX_VALUE} for none. */
  public long firstUnstableOffset() {
    long undecided = open.isEmpty() ? NONE : open.firstKey();
    long waiting = unreplicated.isEmpty() ? NONE : unreplicated.firstKey();
    return Math.min(undecided, waiting);
  }

  /**
   * Checks a batch before it is appended.
   *
   * <p>Like Kafka since KIP-360, an unknown producer may begin with any sequence, for what it wrote
   * before may be forgotten. Only where nothing can be forgotten it has to begin with 0: a producer
   * sends several batches ahead, and when the first one came before this broker knew that it leads
   * a new partition and was turned away, taking the second one would lock the first one out for
   * ever.
   *
   * <p>Other than Kafka's, this log also knows a duplicate that is older than the producer's last
   * five batches, as long as what the producer wrote is seen to have no gap from there on. It comes
   * when a leader stands still: others have taken the lead and many more batches by the time that
   * the producer gives up waiting for the old one.
   *
   * @param logStartOffset of the log; above 0 earlier batches are deleted
   * @return the original when the batch is a duplicate, {@link DuplicateBatch#FORGOTTEN} if it is
   *     older than the last five; else null
   * @throws LogException INVALID_PRODUCER_EPOCH, OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_TXN_STATE or
   *     TRANSACTION_COORDINATOR_FENCED
   */
  public @Nullable DuplicateBatch check(
      ByteBuffer batches, int index, AppendOrigin origin, long logStartOffset) {
    long producerId = RecordBatchDescriptor.producerId(batches, index);
    ProducerEntry entry = find(producerId);
    if (origin == AppendOrigin.REPLICATION) {
      return null;
    }
    if (entry == null) {
      if (origin == AppendOrigin.CLIENT && logStartOffset == 0 && !forgetful) {
        checkBegin(producerId, batches, index);
      }
      return null;
    }
    short epoch = RecordBatchDescriptor.producerEpoch(batches, index);
    boolean control = RecordBatchDescriptor.isControl(batches, index);
    int firstSequence = RecordBatchDescriptor.baseSequence(batches, index);
    if (origin == AppendOrigin.CLIENT && epoch == entry.epoch && !control) {
      int lastSequence = RecordBatchDescriptor.lastSequence(batches, index);
      int found = entry.find(firstSequence, lastSequence);
      if (found >= 0) {
        return entry.duplicate(found);
      }
      if (entry.wroteBeforeRemembered(firstSequence, lastSequence)) {
        return new DuplicateBatch(DuplicateBatch.FORGOTTEN, entry.rememberedFromOffset() - 1, -1);
      }
    }
    if (epoch < entry.epoch) {
      throw new LogException(
          ErrorCode.INVALID_PRODUCER_EPOCH,
          "Epoch of producer "
              + producerId
              + " at "
              + partition
              + " is "
              + epoch
              + ", which is smaller than the last seen epoch "
              + entry.epoch);
    }
    if (control) {
      checkCoordinatorEpoch(batches, index, entry);
      return null;
    }
    if (origin == AppendOrigin.CLIENT) {
      checkSequence(entry, epoch, firstSequence);
    }
    if (entry.transactionFirstOffset >= 0
        && !RecordBatchDescriptor.isTransactional(batches, index)) {
      throw new LogException(
          ErrorCode.INVALID_TXN_STATE,
          "Producer "
              + producerId
              + " sent a batch without a transaction to "
              + partition
              + ", while its transaction from offset "
              + entry.transactionFirstOffset
              + " is open");
    }
    return null;
  }

  private void checkBegin(long producerId, ByteBuffer batches, int index) {
    int firstSequence = RecordBatchDescriptor.baseSequence(batches, index);
    if (firstSequence > 0 && !RecordBatchDescriptor.isControl(batches, index)) {
      throw outOfOrder(producerId, firstSequence, "it has not written here before");
    }
  }

  private void checkCoordinatorEpoch(ByteBuffer batches, int index, ProducerEntry entry) {
    var marker = TransactionMarkerDescriptor.read(batches, index);
    if (marker.endsTransaction() && marker.coordinatorEpoch() < entry.coordinatorEpoch) {
      throw new LogException(
          ErrorCode.TRANSACTION_COORDINATOR_FENCED,
          "A marker for producer "
              + entry.producerId
              + " at "
              + partition
              + " has coordinator epoch "
              + marker.coordinatorEpoch()
              + ", the last one had "
              + entry.coordinatorEpoch);
    }
  }

  private void checkSequence(ProducerEntry entry, short epoch, int firstSequence) {
    if (epoch != entry.epoch) {
      // Sequences begin at 0 with a new epoch, unless nothing is known of the old one (KIP-360).
      if (firstSequence != 0 && entry.epoch != RecordBatchDescriptor.NO_PRODUCER_EPOCH) {
        throw outOfOrder(
            entry.producerId, firstSequence, "a new epoch " + epoch + " has to begin with 0");
      }
      return;
    }
    if (!entry.hasBatches()) {
      // Only a marker is known of this epoch: its sequence still has to begin at 0.
      if (firstSequence != 0) {
        throw outOfOrder(entry.producerId, firstSequence, "none is known of epoch " + epoch);
      }
      return;
    }
    int expected = RecordBatchDescriptor.incrementSequence(entry.lastSequence(), 1);
    if (firstSequence != expected) {
      throw outOfOrder(
          entry.producerId,
          firstSequence,
          "the last one is " + entry.lastSequence() + " of epoch " + epoch);
    }
  }

  private LogException outOfOrder(long producerId, int firstSequence, String known) {
    return new LogException(
        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
        "Out of order sequence number for producer "
            + producerId
            + " at "
            + partition
            + ": incoming "
            + firstSequence
            + ", but "
            + known);
  }

  /**
   * Notes a batch with a producer id that is appended at {@code baseOffset}, or replayed.
   *
   * @return the transaction that the batch aborts; null when it aborts none
   */
  public @Nullable AbortedTransaction appended(ByteBuffer batches, int index, long baseOffset) {
    long producerId = RecordBatchDescriptor.producerId(batches, index);
    ProducerEntry entry = find(producerId);
    if (entry == null) {
      entry = new ProducerEntry(producerId);
      producers.put(producerId, entry);
      lastUsed = entry;
    }
    short epoch = RecordBatchDescriptor.producerEpoch(batches, index);
    long timestampMs = RecordBatchDescriptor.maxTimestamp(batches, index);
    if (RecordBatchDescriptor.isControl(batches, index)) {
      return RecordBatchDescriptor.recordCount(batches, index) == 0
          ? null
          : ended(entry, batches, index, baseOffset, epoch, timestampMs);
    }
    entry.useEpoch(epoch);
    int delta = RecordBatchDescriptor.lastOffsetDelta(batches, index);
    entry.addBatch(
        RecordBatchDescriptor.lastSequence(batches, index), baseOffset + delta, delta, timestampMs);
    if (entry.transactionFirstOffset < 0 && RecordBatchDescriptor.isTransactional(batches, index)) {
      entry.transactionFirstOffset = baseOffset;
      open.put(baseOffset, producerId);
    }
    return null;
  }

  private @Nullable AbortedTransaction ended(
      ProducerEntry entry,
      ByteBuffer batches,
      int index,
      long offset,
      short epoch,
      long timestampMs) {
    var marker = TransactionMarkerDescriptor.read(batches, index);
    if (!marker.endsTransaction()) {
      return null;
    }
    entry.useEpoch(epoch);
    entry.coordinatorEpoch = marker.coordinatorEpoch();
    entry.lastTimestampMs = timestampMs;
    long first = entry.transactionFirstOffset;
    if (first < 0) {
      return null;
    }
    entry.transactionFirstOffset = ProducerEntry.NO_OFFSET;
    open.remove(first);
    unreplicated.put(first, offset);
    if (marker.type() != TransactionMarkerDescriptor.TYPE_ABORT) {
      return null;
    }
    long stable = open.isEmpty() ? offset + 1 : open.firstKey();
    return new AbortedTransaction(entry.producerId, first, offset, stable);
  }

  /** The high watermark moved: transactions that ended below it are decided for readers too. */
  public void highWatermarkMoved(long highWatermark) {
    unreplicated.values().removeIf(lastOffset -> lastOffset < highWatermark);
  }

  /** Forgets producers without an open transaction that wrote nothing since {@code beforeMs}. */
  public void expire(long beforeMs) {
    Iterator<ProducerEntry> entries = producers.values().iterator();
    while (entries.hasNext()) {
      ProducerEntry entry = entries.next();
      if (entry.transactionFirstOffset < 0 && entry.lastTimestampMs < beforeMs) {
        entries.remove();
        forgetful = true;
      }
    }
    lastUsed = null;
  }

  public void clear() {
    producers.clear();
    open.clear();
    unreplicated.clear();
    lastUsed = null;
    forgetful = false;
  }

  public List<ProducerStatus> statuses() {
    List<ProducerStatus> statuses = new ArrayList<>(producers.size());
    for (ProducerEntry entry : producers.values()) {
      statuses.add(entry.status());
    }
    return statuses;
  }

  /** The content of a snapshot file of the state as it is. */
  public ByteBuffer snapshot() {
    return ProducerSnapshotCodec.write(producers.values());
  }

  /**
   * Replaces the state by that of a snapshot file.
   *
   * @throws org.odradek.protocol.record.CorruptRecordsException if it is not one; the state is then
   *     empty
   */
  public void restore(ByteBuffer snapshot) {
    clear();
    // It has those that were known then, who may not be all.
    forgetful = true;
    for (ProducerEntry entry : ProducerSnapshotCodec.read(snapshot)) {
      producers.put(entry.producerId, entry);
      if (entry.transactionFirstOffset >= 0) {
        open.put(entry.transactionFirstOffset, entry.producerId);
      }
    }
  }

  /**
   * Takes over the older batches of those producers whose last batch is the same in another state:
   * a snapshot has only the last one.
   */
  public void recall(ProducerStates other) {
    for (ProducerEntry entry : producers.values()) {
      ProducerEntry known = other.producers.get(entry.producerId);
      if (known != null) {
        entry.recall(known);
      }
    }
  }

  private @Nullable ProducerEntry find(long producerId) {
    ProducerEntry last = lastUsed;
    if (last != null && last.producerId == producerId) {
      return last;
    }
    ProducerEntry found = producers.get(producerId);
    if (found != null) {
      lastUsed = found;
    }
    return found;
  }
}
