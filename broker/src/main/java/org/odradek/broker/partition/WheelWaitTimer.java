package org.odradek.broker.partition;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.concurrent.TimeUnit;

/**
 * All waits on one timer wheel with a tick of 10 ms, turned by one thread, {@code wait-timer}.
 *
 * <p>Thread-safe.
 */
public final class WheelWaitTimer implements WaitTimer, AutoCloseable {
  private static final int TICK_MS = 10;
  private static final int TICKS_PER_WHEEL = 1024;

  private final HashedWheelTimer wheel =
      new HashedWheelTimer(
          task -> {
            Thread thread = new Thread(task, "wait-timer");
            thread.setDaemon(true);
            return thread;
          },
          TICK_MS,
          TimeUnit.MILLISECONDS,
          TICKS_PER_WHEEL);

  @Override
  public Wait schedule(Runnable task, long delayMs) {
    Timeout timeout = wheel.newTimeout(expired -> task.run(), delayMs, TimeUnit.MILLISECONDS);
    return timeout::cancel;
  }

  /** Ends the thread; waits that have not expired never do. */
  @Override
  public void close() {
    wheel.stop();
  }
}
