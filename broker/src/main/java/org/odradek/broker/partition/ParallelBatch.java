package org.odradek.broker.partition;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Does something to each element of a list, on the caller's thread and as many others as there are
 * to spare; returns when all of it is done.
 *
 * <p>The caller never waits for a thread to become free: it takes elements itself, and waits at the
 * end for no more than those that others have begun with.
 */
final class ParallelBatch {
  /** Fewer are not worth another thread. */
  private static final int EACH_MIN = 16;

  private final Executor helpers;
  private final int helpersMax;

  /**
   * @param helpers runs tasks that may wait for disks
   */
  ParallelBatch(Executor helpers, int helpersMax) {
    this.helpers = helpers;
    this.helpersMax = helpersMax;
  }

  /**
   * @param work must not throw; one that does costs this element only
   * @throws InterruptedException while waiting for the others, who go on
   */
  <T> void forEach(List<T> elements, Consumer<T> work) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    CountDownLatch left = new CountDownLatch(elements.size());
    Runnable share =
        () -> {
          for (int i = next.getAndIncrement(); i < elements.size(); i = next.getAndIncrement()) {
            try {
              work.accept(elements.get(i));
            } finally {
              left.countDown();
            }
          }
        };
    try {
      for (int i = 0; i < Math.min(helpersMax, elements.size() / EACH_MIN); i++) {
        helpers.execute(share);
      }
    } catch (RejectedExecutionException e) {
      // the broker is stopping: done here
    }
    share.run();
    left.await();
  }
}
