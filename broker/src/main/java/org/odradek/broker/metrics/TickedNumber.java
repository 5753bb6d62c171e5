package org.odradek.broker.metrics;

import java.util.function.Supplier;

/** A number that moves with time, and has to be told of time: others have that of the moment. */
abstract sealed class TickedNumber implements Supplier<Double> permits RecentRate, IdleShare {

  /** {@link Meter#TICK_SECONDS} have passed since the last call. */
  abstract void tick();
}
