package org.odradek.broker.group;

/**
 * Runs tasks later: the broker's one timer wheel, or a simulation's.
 *
 * <p>Thread-safety: any thread may schedule and cancel. Tasks run on the timer's thread, so they
 * must be short.
 */
public interface GroupTimer {

  /** Milliseconds on a clock that never goes back; its zero means nothing. */
  long nowMs();

  /** Runs {@code task} once, not before {@code delayMs} milliseconds (0 or more) have passed. */
  Timeout schedule(long delayMs, Runnable task);

  /** A scheduled task. */
  interface Timeout {
    /** Keeps the task from starting, if it has not started; otherwise does nothing. */
    void cancel();
  }
}
