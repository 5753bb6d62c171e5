package org.odradek.storage.producer;

/**
 * A batch that had been appended before: where, and with which largest timestamp.
 *
 * @param firstOffset of the batch; {@link #FORGOTTEN} when it is older than those that are
 *     remembered
 * @param lastOffset of the batch; where that is forgotten an offset which it does not lie above
 * @param timestampMs its largest timestamp; -1 where that is forgotten
 */
public record DuplicateBatch(long firstOffset, long lastOffset, long timestampMs) {
  /** Instead of the first offset, where only is known that the batch was appended. */
  public static final long FORGOTTEN = -1;
}
