package org.odradek.broker.partition;

/**
 * How far one follower of a partition has come, as its leader learns from its fetches.
 *
 * <p>A follower counts as caught up at a moment when it asks for the offset that was the leader's
 * log end at that moment. Who asks for what was the log end at its fetch before was caught up then.
 *
 * <p>Thread-safe. Reads no clock: times are given, in milliseconds of any clock that does not run
 * backwards.
 */
final class FollowerProgress {
  /** What is not known of a follower that has not fetched yet. */
  static final long UNKNOWN_OFFSET = -1;

  static final long UNKNOWN_EPOCH = -1;

  /** Long ago, with room for subtraction. */
  static final long NEVER_MS = Long.MIN_VALUE / 2;

  /**
   * What is known at one moment.
   *
   * @param logEndOffset the follower has all below
   * @param leaderEndAtFetch the leader's log end offset when the follower fetched last
   * @param brokerEpoch the life of the follower's broker, -1 if it does not say (before Fetch 15)
   */
  record Position(
      long logEndOffset,
      long logStartOffset,
      long lastFetchMs,
      long leaderEndAtFetch,
      long lastCaughtUpMs,
      long brokerEpoch) {

    boolean caughtUp(long leaderEnd, long nowMs, long lagMaxMs) {
      return logEndOffset == leaderEnd || nowMs - lastCaughtUpMs <= lagMaxMs;
    }
  }

  private final int brokerId;
  private volatile Position position;

  /** A follower that has not fetched from this leader yet; in sync, it is given time to. */
  FollowerProgress(int brokerId, boolean inSync, long nowMs) {
    this.brokerId = brokerId;
    this.position =
        new Position(
            UNKNOWN_OFFSET,
            UNKNOWN_OFFSET,
            NEVER_MS,
            UNKNOWN_OFFSET,
            inSync ? nowMs : NEVER_MS,
            UNKNOWN_EPOCH);
  }

  int brokerId() {
    return brokerId;
  }

  Position position() {
    return position;
  }

  /** The same leader goes on in a new epoch: the follower keeps its offsets. */
  synchronized void leaderEpochBegan(boolean inSync, long leaderEnd, long nowMs) {
    Position old = position;
    long seenMs = inSync ? nowMs : NEVER_MS;
    position =
        new Position(
            old.logEndOffset, old.logStartOffset, seenMs, leaderEnd, seenMs, old.brokerEpoch);
  }

  /**
   * The follower asked for records.
   *
   * @param offset the first that it has not
   * @param leaderEnd the leader's log end offset before the records were read
   * @return false, and nothing is noted, if the fetch is from an earlier life of the broker
   */
  synchronized boolean fetched(
      long offset, long followerLogStart, long leaderEnd, long nowMs, long brokerEpoch) {
    Position old = position;
    if (brokerEpoch != UNKNOWN_EPOCH && brokerEpoch < old.brokerEpoch) {
      return false;
    }
    long caughtUpMs = old.lastCaughtUpMs;
    if (offset >= leaderEnd) {
      caughtUpMs = Math.max(caughtUpMs, nowMs);
    } else if (offset >= old.leaderEndAtFetch) {
      caughtUpMs = Math.max(caughtUpMs, old.lastFetchMs);
    }
    position =
        new Position(
            offset,
            followerLogStart,
            nowMs,
            Math.max(leaderEnd, old.leaderEndAtFetch),
            caughtUpMs,
            brokerEpoch);
    return true;
  }

  @Override
  public String toString() {
    return "follower " + brokerId + " " + position;
  }
}
