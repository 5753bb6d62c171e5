package org.odradek.broker.metrics;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Events per second over about the last half minute, as Kafka has rates of what is not a {@link
 * Meter} with its defaults ({@code metrics.sample.window.ms}). It moves when {@link #tick} is
 * called every {@link Meter#TICK_SECONDS}, and stays 0 as long as nobody does.
 *
 * <p>Thread-safety: read by any thread, {@link #tick} from one.
 */
public final class RecentRate extends TickedNumber {
  private static final int WINDOW_TICKS = 30 / Meter.TICK_SECONDS;

  private final LongSupplier counted;

  /** The counts of the last ticks; the oldest is the one that is replaced next. */
  private final long[] earlier = new long[WINDOW_TICKS];

  private int next;
  private int ticks;
  private volatile double perSecond;

  /** {@code counted}: all events so far; it never goes back. */
  public RecentRate(LongSupplier counted) {
    this.counted = counted;
    Arrays.fill(earlier, counted.getAsLong());
  }

  @Override
  public Double get() {
    return perSecond;
  }

  @Override
  void tick() {
    long now = counted.getAsLong();
    long before = earlier[next];
    earlier[next] = now;
    next = (next + 1) % WINDOW_TICKS;
    ticks = Math.min(ticks + 1, WINDOW_TICKS);
    perSecond = (double) (now - before) / (ticks * Meter.TICK_SECONDS);
  }
}
