package org.odradek.broker.network;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of handlers that may wait. Threads and queue are bounded; when the queue is full the
 * connection is not read until there is room, so that each connection has one request waiting
 * outside of the queue at most.
 *
 * <p>Thread-safe.
 */
final class WorkerPool {
  private static final long THREAD_IDLE_SECONDS = 60;

  private final ThreadPoolExecutor threads;
  private final Queue<Runnable> waiters = new ConcurrentLinkedQueue<>();

  WorkerPool(int threadCount, int queueLength) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            threadCount,
            threadCount,
            THREAD_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queueLength),
            task -> {
              Thread thread = new Thread(task, "request-worker-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Queues the task and returns true, or remembers {@code retry} and returns false; {@code retry}
   * is called once, from any thread, when another attempt is worth it, and must not block.
   */
  boolean execute(Runnable task, Runnable retry) {
    if (offer(task)) {
      return true;
    }
    waiters.add(retry);
    // a worker that finished between the attempt and the entry woke nobody
    if (threads.getQueue().remainingCapacity() > 0 && waiters.remove(retry)) {
      retry.run();
    }
    return false;
  }

  /**
   * Queues the task.
   *
   * @throws RejectedExecutionException when the queue is full
   */
  void executeNow(Runnable task) {
    threads.execute(() -> {
      wakeOne();
      task.run();
    });
  }

  private boolean offer(Runnable task) {
    try {
      executeNow(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** A task has left the queue. */
  private void wakeOne() {
    Runnable waiter = waiters.poll();
    if (waiter != null) {
      waiter.run();
    }
  }

  /** Lets what was begun come to an end, for so long at most. */
  void stop(long timeoutMs) throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(timeoutMs, TimeUnit.MILLISECONDS)) {
      threads.shutdownNow();
    }
  }
}
