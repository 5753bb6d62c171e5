package org.odradek.broker.authentication;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

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

  /** All of them, by the names that Kafka has for them among the numbers of its sockets. */
  public Map<String, Supplier<? extends Number>> byName() {
    return Map.of(
        "successful-authentication-total", succeeded::sum,
        "failed-authentication-total", failed::sum,
        "successful-reauthentication-total", succeededAgain::sum,
        "failed-reauthentication-total", failedAgain::sum,
        "expired-connections-killed-count", expired::sum);
  }
}
