package org.odradek.broker.replication;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import org.odradek.broker.partition.WaitTimer;

/** Time that moves from event to event, all of them in one thread and in an order by chance. */
final class SimulatedTime implements WaitTimer {
  private static final int SOON_MS = 3;

  private record Event(long atMs, long order, Runnable task) {}

  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
  private long nowMs = 1_700_000_000_000L;
  private long nextOrder;

  SimulatedTime(Random random) {
    this.random = random;
  }

  long nowMs() {
    return nowMs;
  }

  void after(long delayMs, Runnable task) {
    events.add(new Event(nowMs + delayMs, nextOrder++, task));
  }

  /** Tasks run some moments later. */
  Executor soon() {
    return task -> after(random.nextInt(SOON_MS), task);
  }

  @Override
  public Wait schedule(Runnable task, long delayMs) {
    boolean[] cancelled = new boolean[1];
    after(
        delayMs,
        () -> {
          if (!cancelled[0]) {
            task.run();
          }
        });
    return () -> cancelled[0] = true;
  }

  /** Runs what is due within the given time from now. */
  void runFor(long durationMs) {
    long endMs = nowMs + durationMs;
    for (Event next = events.peek(); next != null && next.atMs <= endMs; next = events.peek()) {
      events.remove(next);
      nowMs = Math.max(nowMs, next.atMs);
      next.task.run();
    }
    nowMs = endMs;
  }
}
