package org.odradek.broker.group;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A timer and a clock that move only when a test says so. */
final class ManualTimer implements GroupTimer, InstantSource {
  private static final long WALL_CLOCK_START_MS = 1_700_000_000_000L;

  private record Entry(long atMs, long sequence, Runnable task, boolean[] cancelled) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::atMs).thenComparing(Entry::sequence));
  private long nowMs;
  private long sequence;

  @Override
  public long nowMs() {
    return nowMs;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(WALL_CLOCK_START_MS + nowMs);
  }

  @Override
  public Timeout schedule(long delayMs, Runnable task) {
    if (delayMs < 0) {
      throw new IllegalArgumentException("delay " + delayMs);
    }
    boolean[] cancelled = new boolean[1];
    entries.add(new Entry(nowMs + delayMs, sequence++, task, cancelled));
    return () -> cancelled[0] = true;
  }

  /** Time passes; {@code afterEach} runs after every task that comes due. */
  void advance(long byMs, Runnable afterEach) {
    long untilMs = nowMs + byMs;
    while (!entries.isEmpty() && entries.peek().atMs() <= untilMs) {
      Entry next = entries.remove();
      nowMs = next.atMs();
      if (!next.cancelled()[0]) {
        next.task().run();
        afterEach.run();
      }
    }
    nowMs = untilMs;
    afterEach.run();
  }

  /** Milliseconds until something is due; -1 when nothing is scheduled. */
  long untilNext() {
    entries.removeIf(entry -> entry.cancelled()[0]);
    return entries.isEmpty() ? -1 : Math.max(0, entries.peek().atMs() - nowMs);
  }
}
