package org.odradek.storage;

/**
 * A transaction that ended in an abort marker (KIP-98).
 *
 * @param producerId the producer whose records are to be left out
 * @param firstOffset the first offset of the transaction
 * @param lastOffset the offset of its abort marker
 * @param lastStableOffset the last stable offset once the marker was appended
 */
public record AbortedTransaction(
    long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
