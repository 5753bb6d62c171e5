package org.odradek.broker.logdirs;

import java.util.function.LongSupplier;

/**
 * How fast moves between log directories may be, all together ({@code
 * replica.alter.log.dirs.io.max.bytes.per.second}). What was copied is paid for by waiting
 * afterwards.
 *
 * <p>Thread-safe.
 */
final class MoveThrottle {
  private static final int STEP_MAX_BYTES = 1 << 20;
  private static final int STEP_MIN_BYTES = 4 << 10;

  private final LongSupplier bytesPerSecond;
  private final LongSupplier nowMs;
  private long paidUntilMs;

  /**
   * @param bytesPerSecond the rate, asked before each step; {@link Long#MAX_VALUE} for no limit
   * @param nowMs a clock that only goes forward
   */
  MoveThrottle(LongSupplier bytesPerSecond, LongSupplier nowMs) {
    this.bytesPerSecond = bytesPerSecond;
    this.nowMs = nowMs;
    this.paidUntilMs = nowMs.getAsLong();
  }

  /** How much to copy at a time: a tenth of a second's worth, within limits. */
  int stepBytes() {
    return (int) Math.clamp(bytesPerSecond.getAsLong() / 10, STEP_MIN_BYTES, STEP_MAX_BYTES);
  }

  /** Notes what was copied; returns how long to wait before more is, in milliseconds. */
  synchronized long copied(int bytes) {
    long now = nowMs.getAsLong();
    long rate = Math.max(1, bytesPerSecond.getAsLong());
    paidUntilMs = Math.max(paidUntilMs, now) + (long) (bytes * 1000.0 / rate);
    return paidUntilMs - now;
  }
}
