package org.odradek.benchmarks.client;

import java.util.concurrent.locks.LockSupport;

/**
 * A fixed rate: when the record with a number is due. What is late stays due at its time, so that a
 * latency from there on has in it what a stalled system let wait (no coordinated omission).
 */
final class Pace {
  private final long startNanos;
  private final double nanosEach;

  /**
   * A pace that begins now.
   *
   * @param perSecond more than 0
   */
  Pace(double perSecond, long startNanos) {
    this.nanosEach = 1e9 / perSecond;
    this.startNanos = startNanos;
  }

  /** By {@link System#nanoTime}. */
  long dueNanos(long number) {
    return startNanos + (long) (number * nanosEach);
  }

  /** Waits until the record is due, and returns when that was. */
  long await(long number) {
    long due = dueNanos(number);
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    return due;
  }
}
