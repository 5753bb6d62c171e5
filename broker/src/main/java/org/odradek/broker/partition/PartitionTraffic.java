package org.odradek.broker.partition;

import java.util.concurrent.atomic.LongAdder;

/**
 * What came in and went out of all partitions here since the start, in bytes and records.
 *
 * <p>Thread-safe; counting is an addition.
 */
public final class PartitionTraffic {
  private final LongAdder messagesIn = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder replicationBytesIn = new LongAdder();
  private final LongAdder replicationBytesOut = new LongAdder();
  private final LongAdder reassignmentBytesIn = new LongAdder();
  private final LongAdder reassignmentBytesOut = new LongAdder();

  void produced(long messages, long bytes) {
    messagesIn.add(messages);
    bytesIn.add(bytes);
  }

  /** {@code isAdding}: whether a reassignment adds the replica that copies. */
  void copiedIn(long bytes, boolean isAdding) {
    replicationBytesIn.add(bytes);
    if (isAdding) {
      reassignmentBytesIn.add(bytes);
    }
  }

  public void consumed(long bytes) {
    bytesOut.add(bytes);
  }

  /** {@code isAdding}: whether a reassignment adds the replica that copies. */
  public void copiedOut(long bytes, boolean isAdding) {
    replicationBytesOut.add(bytes);
    if (isAdding) {
      reassignmentBytesOut.add(bytes);
    }
  }

  /** Records that clients produced. */
  public long messagesIn() {
    return messagesIn.sum();
  }

  /** Bytes that clients produced. */
  public long bytesIn() {
    return bytesIn.sum();
  }

  /** Bytes that clients fetched. */
  public long bytesOut() {
    return bytesOut.sum();
  }

  /** Bytes that this broker copied from leaders. */
  public long replicationBytesIn() {
    return replicationBytesIn.sum();
  }

  /** Bytes that followers fetched. */
  public long replicationBytesOut() {
    return replicationBytesOut.sum();
  }

  /** Those of the replicated bytes in that a reassignment brought here. */
  public long reassignmentBytesIn() {
    return reassignmentBytesIn.sum();
  }

  /** Those of the replicated bytes out that a reassignment takes elsewhere. */
  public long reassignmentBytesOut() {
    return reassignmentBytesOut.sum();
  }
}
