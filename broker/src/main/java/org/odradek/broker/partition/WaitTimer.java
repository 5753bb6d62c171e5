package org.odradek.broker.partition;

/** Ends waits that have gone on for long enough. Handed in, so that tests move the time. */
public interface WaitTimer {

  /**
   * Runs the task once after the delay. The task does little, or hands over to where it belongs.
   */
  Wait schedule(Runnable task, long delayMs);

  /** One wait. */
  interface Wait {
    /** The task will not run, unless it does already. */
    void cancel();
  }
}
