package org.odradek.broker.main;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that belong to no one part: one that triggers periodic work, and pools for work that
 * waits for disks. Threads are made when they are first needed, and end when they are not.
 */
final class BrokerThreads implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;
  private static final int STOP_SECONDS = 10;
  private static final int READS_QUEUED_MAX = 1_000;
  private static final int GROUP_THREADS = 2;

  private final ScheduledThreadPoolExecutor scheduler;
  private final ThreadPoolExecutor background;
  private final ThreadPoolExecutor control;
  private final ThreadPoolExecutor groups;
  private final ThreadPoolExecutor readers;
  private final ThreadPoolExecutor fetchers;

  /**
   * @param backgroundThreads {@code background.threads}
   * @param readerThreads how many reads may wait for disks at once
   * @param fetcherThreads how many replica fetchers may work at once
   */
  BrokerThreads(int backgroundThreads, int readerThreads, int fetcherThreads) {
    scheduler = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "scheduler"));
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    background = pool("background", Math.max(2, backgroundThreads), Integer.MAX_VALUE);
    control = pool("control", 1, Integer.MAX_VALUE);
    groups = pool("groups", GROUP_THREADS, Integer.MAX_VALUE);
    readers = pool("reader", readerThreads, READS_QUEUED_MAX);
    fetchers = pool("replica-fetcher", Math.max(2, fetcherThreads), Integer.MAX_VALUE);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private static ThreadPoolExecutor pool(String name, int threads, int queueLength) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queueLength),
            task -> daemon(task, threads == 1 ? name : name + "-" + number.getAndIncrement()));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** One thread; tasks must be short. */
  ScheduledThreadPoolExecutor scheduler() {
    return scheduler;
  }

  /** Runs a short task on the scheduler's thread, but not after the end. */
  void runLater(Runnable task, long delayMs) {
    try {
      var unused = scheduler.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // this process ends, and what it would have been good for with it
    }
  }

  /** Tasks may wait for disks; how many there can be is bounded by who hands them in. */
  ExecutorService background() {
    return background;
  }

  /** One thread, in order: what the controller of this process tells this broker to do. */
  ExecutorService control() {
    return control;
  }

  /** Runs what the group coordinator decides; tasks never wait. */
  ExecutorService groups() {
    return groups;
  }

  /** Reads of records that are not in memory; refuses when too many wait. */
  ExecutorService readers() {
    return readers;
  }

  /** Appends what replica fetchers got; each fetcher has one task queued at most. */
  ExecutorService fetchers() {
    return fetchers;
  }

  /** Changes how many replica fetchers may work at once. */
  void resizeFetchers(int threads) {
    int size = Math.max(2, threads);
    if (size > fetchers.getMaximumPoolSize()) {
      fetchers.setMaximumPoolSize(size);
      fetchers.setCorePoolSize(size);
    } else {
      fetchers.setCorePoolSize(size);
      fetchers.setMaximumPoolSize(size);
    }
  }

  @Override
  public void close() {
    scheduler.shutdown();
    for (ThreadPoolExecutor pool : List.of(readers, fetchers, control, groups, background)) {
      pool.shutdown();
      try {
        if (!pool.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
          pool.shutdownNow();
        }
      } catch (InterruptedException e) {
        pool.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }
}
