package org.odradek.storage;

/**
 * The answer to a search by time (ListOffsets).
 *
 * @param timestampMs the timestamp of the record found
 * @param offset its offset
 * @param leaderEpoch the leader epoch of its batch; -1 when the batch has none
 */
public record TimestampedOffset(long timestampMs, long offset, int leaderEpoch) {}
