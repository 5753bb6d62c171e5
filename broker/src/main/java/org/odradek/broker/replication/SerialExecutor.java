package org.odradek.broker.replication;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks of one fetcher, one at a time and in order, on threads that fetchers share.
 *
 * <p>What bounds the queue: a fetcher has one answer and one timeout under way, and each change of
 * roles hands in one task.
 *
 * <p>Thread-safety: any thread may hand in tasks. Once the pool has ended they are dropped.
 */
final class SerialExecutor implements Executor {
  private static final Logger logger = LoggerFactory.getLogger(SerialExecutor.class);

  private final String name;
  private final Executor pool;
  private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();

  SerialExecutor(String name, Executor pool) {
    this.name = name;
    this.pool = pool;
  }

  @Override
  public void execute(Runnable task) {
    queue.add(task);
    if (queued.getAndIncrement() == 0) {
      handOver();
    }
  }

  private void handOver() {
    try {
      pool.execute(this::runAll);
    } catch (RejectedExecutionException e) {
      logger.debug("{} has tasks left, but the broker is stopping", name);
    }
  }

  private void runAll() {
    do {
      Runnable task = queue.poll();
      if (task == null) {
        throw new IllegalStateException(
            name + " counts " + queued.get() + " queued tasks, but the queue is empty");
      }
      try {
        task.run();
      } catch (RuntimeException e) {
        logger.error("A task of {} failed", name, e);
      } catch (Error e) {
        logger.error("A task of {} failed; what it had to do is left undone", name);
        if (queued.decrementAndGet() > 0) {
          handOver();
        }
        throw e; // reported by the pool's thread
      }
    } while (queued.decrementAndGet() > 0);
  }
}
