package org.odradek.broker.partition;

import java.util.function.LongSupplier;

/**
 * The time that followers are held to: it stands still while this process does. A leader that was
 * stopped, or collected garbage for long, has not heard its followers meanwhile; that is not their
 * lag.
 *
 * <p>It is wound by {@link #tick} at a regular interval. Where a tick is late, the time goes on for
 * no more than {@code #LATE_TICKS} intervals, and then waits for it.
 *
 * <p>Thread-safe.
 */
public final class LagClock implements LongSupplier {
  private static final int LATE_TICKS = 2;

  private final LongSupplier sourceMs;
  private final long stepMaxMs;
  private long tickedAtMs;
  private long timeAtTickMs;

  /**
   * @param sourceMs milliseconds of a clock that never runs backwards
   * @param tickMs how often {@link #tick} is going to be called
   */
  public LagClock(LongSupplier sourceMs, long tickMs) {
    this.sourceMs = sourceMs;
    this.stepMaxMs = tickMs * LATE_TICKS;
    this.tickedAtMs = sourceMs.getAsLong();
    this.timeAtTickMs = tickedAtMs;
  }

  /** Milliseconds since any moment, without this process's pauses; never runs backwards. */
  @Override
  public synchronized long getAsLong() {
    return timeAtTickMs + Math.min(sourceMs.getAsLong() - tickedAtMs, stepMaxMs);
  }

  /**
   * Winds the clock.
   *
   * @return the milliseconds that this process seems to have stood still since the last tick
   */
  public synchronized long tick() {
    long nowMs = sourceMs.getAsLong();
    long passedMs = nowMs - tickedAtMs;
    timeAtTickMs += Math.min(passedMs, stepMaxMs);
    tickedAtMs = nowMs;
    return Math.max(0, passedMs - stepMaxMs);
  }
}
