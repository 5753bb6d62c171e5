package org.odradek.storage.producer;

import org.odradek.protocol.record.RecordBatchDescriptor;
import org.odradek.storage.ProducerStatus;

/** One producer: its epoch, its open transaction, and its last five batches. */
final class ProducerEntry {
  /** As many batches as a producer may have in flight, and so may send again. */
  static final int BATCHES_MAX = 5;

  static final long NO_OFFSET = -1;

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
    }
  }

  void addBatch(int lastSequence, long lastOffset, int offsetDelta, long timestampMs) {
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
