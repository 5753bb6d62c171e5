package org.odradek.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Remembers one-shot tasks until a test runs them; periodic ones are never run by it. */
final class ManualScheduler extends ScheduledThreadPoolExecutor {
  private final List<Runnable> waiting = new ArrayList<>();

  ManualScheduler() {
    super(0);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    synchronized (waiting) {
      waiting.add(task);
    }
    return new Never<>(task);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return new Never<>(task);
  }

  /** Runs what was scheduled so far, whatever its delay. */
  int runAll() {
    List<Runnable> due;
    synchronized (waiting) {
      due = new ArrayList<>(waiting);
      waiting.clear();
    }
    due.forEach(Runnable::run);
    return due.size();
  }

  private static final class Never<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
    Never(Runnable task) {
      super(task, null);
    }

    @Override
    public boolean isPeriodic() {
      return false;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return Long.MAX_VALUE;
    }

    @Override
    public int compareTo(java.util.concurrent.Delayed other) {
      return 0;
    }
  }
}
