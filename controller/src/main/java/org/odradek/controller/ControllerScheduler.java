package org.odradek.controller;

import java.util.concurrent.Executor;

/**
 * The controller's thread as the controller sees it: tasks run one after the other, in the order in
 * which they were given. Once the thread has ended, {@link #execute} throws {@link
 * java.util.concurrent.RejectedExecutionException}, and what was to run later does not run.
 */
public interface ControllerScheduler extends Executor {

  /** Runs a task on the controller's thread, not before {@code delayMs} have passed. */
  void schedule(Runnable task, long delayMs);
}
