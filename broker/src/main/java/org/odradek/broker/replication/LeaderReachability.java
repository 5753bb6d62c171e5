package org.odradek.broker.replication;

import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the way to a leader works, and from when on it is to be tried again. Told in the log when
 * it changes, not at every attempt.
 *
 * <p>Thread-safety: confined to the fetcher.
 */
final class LeaderReachability {
  private static final Logger logger = LoggerFactory.getLogger(LeaderReachability.class);
  private static final int BACKOFF_MIN_MS = 25;

  private final String name;
  private final int backoffMaxMs;
  private boolean failing;
  private int backoffMs;
  private long retryAtMs = Long.MIN_VALUE;

  /**
   * @param name of the fetcher
   * @param backoffMaxMs the longest pause between two attempts, {@code replica.fetch.backoff.ms}
   */
  LeaderReachability(String name, int backoffMaxMs) {
    this.name = name;
    this.backoffMaxMs = backoffMaxMs;
  }

  /** Before this, nothing is to be asked. */
  long retryAtMs() {
    return retryAtMs;
  }

  /** Ends the pause: whoever leads something new is most likely there. */
  void retryNow() {
    retryAtMs = Long.MIN_VALUE;
  }

  /** An answer came. */
  void reached() {
    backoffMs = 0;
    if (failing) {
      failing = false;
      logger.info("{}: fetching again", name);
    }
  }

  /**
   * No answer came, or one that could not be used.
   *
   * @param failure null if nobody says why
   * @param partitions how many have to wait
   */
  void failed(@Nullable Throwable failure, int partitions, long nowMs) {
    backoffMs = Math.clamp(backoffMs * 2L, Math.min(BACKOFF_MIN_MS, backoffMaxMs), backoffMaxMs);
    retryAtMs = nowMs + backoffMs;
    if (!failing) {
      failing = true;
      logger.warn(
          "{}: {} partitions cannot be fetched, tried again every {} ms at most: {}",
          name,
          partitions,
          backoffMaxMs,
          failure == null ? "no answer" : String.valueOf(failure.getMessage()));
      logger.debug("{}: the failure in full", name, failure);
    }
  }

  /**
   * The leader refused a whole fetch. A session that it has forgotten is begun anew at once, but
   * only once.
   */
  void refused(ErrorCode code, long nowMs) {
    logger.info("{}: the leader answers {}, the fetch session begins anew", name, code);
    boolean ofSession =
        code == ErrorCode.FETCH_SESSION_ID_NOT_FOUND
            || code == ErrorCode.INVALID_FETCH_SESSION_EPOCH
            || code == ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR;
    if (failing || !ofSession) {
      retryAtMs = nowMs + backoffMaxMs;
    }
    failing = true;
  }
}
