package org.odradek.storage;

/**
 * Where a leader epoch ends (KIP-101, KIP-279): the largest epoch at or below the one asked for,
 * and the offset after its last record.
 *
 * @param leaderEpoch -1 when the log knows no answer
 * @param endOffset -1 when the log knows no answer
 */
public record EpochEndOffset(int leaderEpoch, long endOffset) {
  public static final EpochEndOffset UNKNOWN = new EpochEndOffset(-1, -1);
}
