package org.odradek.controller;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real thread behind a controller, named {@code controller-N} by its broker's id. */
public final class ControllerThread implements ControllerScheduler, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ControllerThread.class);
  private static final long CLOSE_WAIT_MS = 5_000;

  private final ScheduledThreadPoolExecutor executor;

  public ControllerThread(int brokerId) {
    executor =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().name("controller-" + brokerId).daemon().unstarted(task));
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public void execute(Runnable task) {
    submit(task, 0);
  }

  @Override
  public void schedule(Runnable task, long delayMs) {
    try {
      submit(task, delayMs);
    } catch (RejectedExecutionException e) {
      log.debug("a task came after the controller's thread was stopped");
    }
  }

  private void submit(Runnable task, long delayMs) {
    var unused =
        executor.schedule(
            () -> {
              try {
                task.run();
              } catch (RuntimeException | Error e) {
                log.error("a task of the controller failed", e);
              }
            },
            delayMs,
            TimeUnit.MILLISECONDS);
  }

  /** Lets what was given to run now run, and ends the thread. Blocks for some seconds at most. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
