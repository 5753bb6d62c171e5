package org.odradek.broker.group;

import java.util.concurrent.TimeUnit;
import org.odradek.broker.partition.WaitTimer;

/** The broker's timer wheel with the time that goes with it. Thread-safe. */
final class MonotonicGroupTimer implements GroupTimer {
  private final WaitTimer timer;

  MonotonicGroupTimer(WaitTimer timer) {
    this.timer = timer;
  }

  @Override
  public long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  @Override
  public Timeout schedule(long delayMs, Runnable task) {
    return timer.schedule(task, delayMs)::cancel;
  }
}
