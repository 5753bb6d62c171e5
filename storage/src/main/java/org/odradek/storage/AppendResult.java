package org.odradek.storage;

/**
 * Where an append ended up.
 *
 * @param firstOffset the offset of the first record; that of the original batch for a duplicate
 * @param lastOffset the offset of the last record; that of the original batch for a duplicate
 * @param logStartOffset the log start offset at the time
 * @param duplicateTimestampMs for a duplicate the largest timestamp of the original batch, else -1
 * @param duplicate whether the batch had been appended before (one of the producer's last five):
 *     nothing was written, and the producer is to be answered as it was the first time
 * @param mustFlush whether {@code flush.messages} wants the records on the disk before they are
 *     acknowledged: wait for {@link PartitionLog#flush} with {@code lastOffset + 1}
 */
public record AppendResult(
    long firstOffset,
    long lastOffset,
    long logStartOffset,
    long duplicateTimestampMs,
    boolean duplicate,
    boolean mustFlush) {}
