package org.odradek.storage;

/**
 * Where an append ended up.
 *
 * @param firstOffset the offset of the first record; that of the original batch for a duplicate, -1
 *     for one that is older than the producer's last five: only that it was appended is known
 * @param lastOffset the offset of the last record; that of the original batch for a duplicate, or
 *     one that the original does not lie above where that is not known
 * @param logStartOffset the log start offset at the time
 * @param duplicateTimestampMs for a duplicate the largest timestamp of the original batch if that
 *     is known, else -1
 * @param duplicate whether the batch had been appended before: nothing was written, and the
 *     producer is to be answered as it was the first time
 * @param mustFlush whether {@code flush.messages} wants the records on the disk before they are
 *     acknowledged: wait for {@link PartitionLog#flush} with {@code lastOffset + 1}
 */
public record AppendResult(
    long firstOffset,
    long lastOffset,
    long logStartOffset,
    long duplicateTimestampMs,
    boolean duplicate,
    boolean mustFlush) {
  /** Whether it is a duplicate of which only is known that it was appended. */
  public boolean forgottenDuplicate() {
    return duplicate && firstOffset < 0;
  }
}
