package org.odradek.broker.group;

/**
 * A committed position.
 *
 * @param leaderEpoch of the last consumed record, -1 when the client did not say
 * @param metadata what the client wants back with the offset; never null
 * @param commitTimestampMs wall-clock time of the commit
 * @param expireTimestampMs when it expires, for commits that asked for a retention time of their
 *     own (OffsetCommit 2 to 4); -1 for all others
 */
public record CommittedOffset(
    long offset, int leaderEpoch, String metadata, long commitTimestampMs, long expireTimestampMs) {
  static final long NO_TIMESTAMP = -1;

  boolean hasOwnExpiry() {
    return expireTimestampMs != NO_TIMESTAMP;
  }
}
