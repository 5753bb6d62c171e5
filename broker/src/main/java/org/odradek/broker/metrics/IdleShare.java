package org.odradek.broker.metrics;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which part of about the last half minute a thread had nothing to do, from 0 to 1. It moves as
 * {@link RecentRate} does, and is 1 as long as nobody looks at the clock.
 *
 * <p>Thread-safety: as {@link RecentRate}.
 */
public final class IdleShare extends TickedNumber {
  private static final double SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RecentRate busyNanos;

  /** {@code busyNanos}: for how long it had something to do so far; it never goes back. */
  public IdleShare(LongSupplier busyNanos) {
    this.busyNanos = new RecentRate(busyNanos);
  }

  @Override
  public Double get() {
    return Math.clamp(1 - busyNanos.get() / SECOND_NANOS, 0.0, 1.0);
  }

  @Override
  void tick() {
    busyNanos.tick();
  }
}
