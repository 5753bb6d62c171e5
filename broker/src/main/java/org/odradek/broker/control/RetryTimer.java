package org.odradek.broker.control;

/** When something is to be tried again. */
@FunctionalInterface
public interface RetryTimer {

  /**
   * Calls the task once, after about that many milliseconds, on a thread where it must be short.
   */
  void after(long delayMs, Runnable task);
}
