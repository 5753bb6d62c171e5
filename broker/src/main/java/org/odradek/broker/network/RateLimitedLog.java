package org.odradek.broker.network;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * What is to be said about strangers and what they send, at a bounded rate: so many lines in a
 * period, the rest is counted, and the count is told with the next line.
 *
 * <p>Thread-safe.
 */
public final class RateLimitedLog {
  private static final int LINES_PER_PERIOD = 10;
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Logger log;
  private final LongSupplier nanoTime;
  private long periodStartNanos;
  private int lines;
  private long leftOut;

  public RateLimitedLog(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.periodStartNanos = nanoTime.getAsLong();
  }

  /** Logs {@code what} as a warning, or counts it. */
  public void warn(String what) {
    write(Level.WARN, what);
  }

  /** Logs {@code what} for information, or counts it. */
  void info(String what) {
    write(Level.INFO, what);
  }

  private void write(Level level, String what) {
    long before;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (now - periodStartNanos >= PERIOD_NANOS) {
        periodStartNanos = now;
        lines = 0;
      }
      if (lines >= LINES_PER_PERIOD) {
        leftOut++;
        return;
      }
      lines++;
      before = leftOut;
      leftOut = 0;
    }
    if (before > 0) {
      log.atLevel(level).log("{} ({} more lines like this were left out before)", what, before);
    } else {
      log.atLevel(level).log("{}", what);
    }
  }

  /** Lines counted since the last one that was written. */
  synchronized long leftOut() {
    return leftOut;
  }
}
