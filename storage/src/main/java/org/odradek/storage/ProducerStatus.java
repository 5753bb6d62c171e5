package org.odradek.storage;

/**
 * A producer that the log remembers (DescribeProducers, KIP-664).
 *
 * @param producerId its id
 * @param producerEpoch its current epoch
 * @param lastSequence the sequence of its last record; -1 when there is none
 * @param lastTimestampMs the timestamp of its last batch; -1 when there is none
 * @param coordinatorEpoch the epoch of the coordinator that wrote its last marker; -1 for none
 * @param currentTransactionStartOffset the first offset of its open transaction; -1 for none
 */
public record ProducerStatus(
    long producerId,
    short producerEpoch,
    int lastSequence,
    long lastTimestampMs,
    int coordinatorEpoch,
    long currentTransactionStartOffset) {}
