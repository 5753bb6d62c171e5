package org.odradek.broker.group;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of one owner, one at a time and in order, on threads borrowed from a pool. What a
 * task did is seen by the next one, so that state touched only by tasks needs no locks.
 *
 * <p>Requests are admitted up to a bound ({@link #offer}). Tasks of the owner's own making (timers,
 * acknowledgements) always are: there are no more of them than members and appends under way.
 *
 * <p>Thread-safety: any thread may hand in tasks.
 */
final class OwnerExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerExecutor.class);

  /** After so many tasks the thread is given back, so that other owners of the pool get one. */
  private static final int TASKS_AT_A_TIME = 64;

  private final String name;
  private final Executor pool;
  private final int queuedMax;
  private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();

  OwnerExecutor(String name, Executor pool, int queuedMax) {
    this.name = name;
    this.pool = pool;
    this.queuedMax = queuedMax;
  }

  /** Runs the task later; false, and it does not run, when too many wait already. */
  boolean offer(Runnable task) {
    if (queued.get() >= queuedMax) {
      return false;
    }
    execute(task);
    return true;
  }

  void execute(Runnable task) {
    queue.add(task);
    if (queued.getAndIncrement() == 0) {
      pool.execute(this::runQueued);
    }
  }

  private void runQueued() {
    for (int i = 0; i < TASKS_AT_A_TIME; i++) {
      if (!runOne()) {
        return;
      }
    }
    pool.execute(this::runQueued);
  }

  /** Returns whether there are more. A task that fails costs this thread, not the owner. */
  private boolean runOne() {
    Runnable task = queue.poll();
    if (task == null) {
      throw new IllegalStateException(
          "owner " + name + " counts " + queued.get() + " queued tasks, but the queue is empty");
    }
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("A task of {} failed; what it had to do is left undone", name);
      if (queued.decrementAndGet() > 0) {
        pool.execute(this::runQueued);
      }
      throw e; // reported by the pool's thread
    }
    return queued.decrementAndGet() > 0;
  }
}
