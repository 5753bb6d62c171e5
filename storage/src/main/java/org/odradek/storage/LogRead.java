package org.odradek.storage;

import java.util.List;

/**
 * What a read found. The payload is reference-counted: whoever receives it releases it, once it is
 * written out or not wanted.
 *
 * @param records batches from the one that holds the offset asked for; the last one may be cut off.
 *     May begin before the offset asked for, and may be empty
 * @param start the offset asked for, located when there is a batch that holds it
 * @param logStartOffset the log start offset at the time of the read
 * @param highWatermark the high watermark at the time of the read
 * @param lastStableOffset the last stable offset at the time of the read
 * @param firstBatchIncomplete whether not even the first batch fits into the bytes allowed (only
 *     without {@code minOneBatch})
 * @param abortedTransactions for {@link ReadIsolation#LAST_STABLE} the aborted transactions that
 *     overlap the range read, else empty
 */
public record LogRead(
    FileRecords records,
    LogPosition start,
    long logStartOffset,
    long highWatermark,
    long lastStableOffset,
    boolean firstBatchIncomplete,
    List<AbortedTransaction> abortedTransactions) {

  /** Gives the payload back. */
  public void release() {
    records.release();
  }
}
