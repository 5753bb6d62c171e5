package org.odradek.storage.producer;

import org.odradek.protocol.record.RecordBatchDescriptor;
import org.odradek.storage.ProducerStatus;

/**
 * One producer: its epoch, its open transaction, its last five batches, and how far back what it
 * wrote is without a gap.
 */
final class ProducerEntry {
  /** As many batches as a producer may have in flight, and so may send again. */
  static final int BATCHES_MAX = 5;

  static final long NO_OFFSET = -1;

  /** Half of all sequences: with more, a batch to come could be taken for one of long ago. */
  private static final int UNBROKEN_MAX = 1 << 30;

  final long producerId;
  short epoch = RecordBatchDescriptor.NO_PRODUCER_EPOCH;
  int coordinatorEpoch = -1;
  long lastTimestampMs = -1;
  long transactionFirstOffset = NO_OFFSET;

  private final int[] lastSequences = new int[BATCHES_MAX];
  private final long[] lastOffsets = new long[BATCHES_MAX];
  private final int[] offsetDeltas = new int[BATCHES_MAX];
  private final long[] timestampsMs = new long[BATCHES_MAX];
  private int batches;

  /** Where the newest batch is in the arrays. */
  private int newest = -1;

  /** So many sequences in a row, the last one included, were appended in this epoch. */
  private int unbroken;

  ProducerEntry(long producerId) {
    this.producerId = producerId;
  }

  boolean hasBatches() {
    return batches > 0;
  }

  /** The sequence of the last record; -1 when there is none. */
  int lastSequence() {
    return batches == 0 ? RecordBatchDescriptor.NO_SEQUENCE : lastSequences[newest];
  }

  long lastOffset() {
    return batches == 0 ? NO_OFFSET : lastOffsets[newest];
  }

  int lastOffsetDelta() {
    return batches == 0 ? 0 : offsetDeltas[newest];
  }

  /** Takes over an epoch; sequences begin anew with a new one. */
  void useEpoch(short newEpoch) {
    if (epoch != newEpoch) {
      epoch = newEpoch;
      batches = 0;
      newest = -1;
      unbroken = 0;
    }
  }

  void addBatch(int lastSequence, long lastOffset, int offsetDelta, long timestampMs) {
    int firstSequence = RecordBatchDescriptor.incrementSequence(lastSequence, -offsetDelta);
    boolean follows =
        batches > 0 && firstSequence == RecordBatchDescriptor.incrementSequence(lastSequence(), 1);
    unbroken = (int) Math.min((follows ? unbroken : 0) + offsetDelta + 1L, UNBROKEN_MAX);
    newest = (newest + 1) % BATCHES_MAX;
    batches = Math.min(batches + 1, BATCHES_MAX);
    lastSequences[newest] = lastSequence;
    lastOffsets[newest] = lastOffset;
    offsetDeltas[newest] = offsetDelta;
    timestampsMs[newest] = timestampMs;
    lastTimestampMs = timestampMs;
  }

  /** The place of the batch with exactly these sequences; -1 when it is none of the last five. */
  int find(int firstSequence, int lastSequence) {
    for (int i = 0; i < batches; i++) {
      int at = Math.floorMod(newest - i, BATCHES_MAX);
      if (lastSequences[at] == lastSequence && firstSequence(at) == firstSequence) {
        return at;
      }
    }
    return -1;
  }

  /**
   * Whether a batch is known to have been appended, in this epoch and before the batches that are
   * remembered. Sequences that could also be those of a batch not seen yet are never known.
   */
  boolean wroteBeforeRemembered(int firstSequence, int lastSequence) {
    if (batches == 0 || firstSequence < 0 || lastSequence < 0) {
      return false;
    }
    int remembered = behind(firstSequence(oldest())) + 1;
    int behindLast = behind(lastSequence);
    int behindFirst = behind(firstSequence);
    return behindLast >= remembered && behindFirst >= behindLast && behindFirst < unbroken;
  }

  /** Where the batches begin that are remembered. */
  long rememberedFromOffset() {
    int at = oldest();
    return lastOffsets[at] - offsetDeltas[at];
  }

  private int oldest() {
    return Math.floorMod(newest - batches + 1, BATCHES_MAX);
  }

  /** How many sequences a sequence lies behind the last one; they wrap around at 2^31. */
  private int behind(int sequence) {
    return (lastSequence() - sequence) & Integer.MAX_VALUE;
  }

  /** Takes over the batches of another entry of this producer, if it ends with the same one. */
  void recall(ProducerEntry other) {
    if (batches == 0
        || other.epoch != epoch
        || other.lastOffset() != lastOffset()
        || other.lastSequence() != lastSequence()) {
      return;
    }
    System.arraycopy(other.lastSequences, 0, lastSequences, 0, BATCHES_MAX);
    System.arraycopy(other.lastOffsets, 0, lastOffsets, 0, BATCHES_MAX);
    System.arraycopy(other.offsetDeltas, 0, offsetDeltas, 0, BATCHES_MAX);
    System.arraycopy(other.timestampsMs, 0, timestampsMs, 0, BATCHES_MAX);
    batches = other.batches;
    newest = other.newest;
    unbroken = other.unbroken;
  }

  private int firstSequence(int at) {
    return RecordBatchDescriptor.incrementSequence(lastSequences[at], -offsetDeltas[at]);
  }

  DuplicateBatch duplicate(int at) {
    return new DuplicateBatch(
        lastOffsets[at] - offsetDeltas[at], lastOffsets[at], timestampsMs[at]);
  }

  ProducerStatus status() {
    return new ProducerStatus(
        producerId,
        epoch,
        lastSequence(),
        lastTimestampMs,
        coordinatorEpoch,
        transactionFirstOffset);
  }
}
