package org.odradek.broker.authentication;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

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

  /** The sums of several, by the names that Kafka has for them among the numbers of its sockets. */
  public static Map<String, Supplier<? extends Number>> byName(List<LoginCounts> counts) {
    return Map.of(
        "successful-authentication-total", sum(counts, own -> own.successes(false)),
        "failed-authentication-total", sum(counts, own -> own.failures(false)),
        "successful-reauthentication-total", sum(counts, own -> own.successes(true)),
        "failed-reauthentication-total", sum(counts, own -> own.failures(true)),
        "expired-connections-killed-count", sum(counts, LoginCounts::expirations));
  }

  /** Kafka's numbers of sockets are all of this type. */
  private static Supplier<Double> sum(List<LoginCounts> counts, ToLongFunction<LoginCounts> which) {
    return () -> (double) counts.stream().mapToLong(which).sum();
  }
}
