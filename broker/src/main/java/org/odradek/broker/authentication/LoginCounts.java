package org.odradek.broker.authentication;

import java.util.concurrent.atomic.LongAdder;

/** How often clients of a listener have logged in, or failed to. Thread-safe. */
public final class LoginCounts {
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder succeededAgain = new LongAdder();
  private final LongAdder failedAgain = new LongAdder();
  private final LongAdder expired = new LongAdder();

  /** {@code again}: by a client that had logged in before (KIP-368). */
  public void succeeded(boolean again) {
    (again ? succeededAgain : succeeded).increment();
  }

  public void failed(boolean again) {
    (again ? failedAgain : failed).increment();
  }

  /** A connection was closed, as its client did not log in again in time. */
  public void expired() {
    expired.increment();
  }

  public long successes(boolean again) {
    return (again ? succeededAgain : succeeded).sum();
  }

  public long failures(boolean again) {
    return (again ? failedAgain : failed).sum();
  }

  public long expirations() {
    return expired.sum();
  }
}
