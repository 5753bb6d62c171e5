package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.List;

/** Time that the test moves. */
public final class ManualWaitTimer implements WaitTimer {
  private record Task(long atMs, Runnable task) {}

  private final List<Task> tasks = new ArrayList<>();
  private long nowMs = 1_700_000_000_000L;

  public long nowMs() {
    return nowMs;
  }

  /** How many waits are open. */
  public int waits() {
    return tasks.size();
  }

  public void advance(long byMs) {
    nowMs += byMs;
    for (Task due : tasks.stream().filter(task -> task.atMs <= nowMs).toList()) {
      if (tasks.remove(due)) {
        due.task.run();
      }
    }
  }

  @Override
  public Wait schedule(Runnable task, long delayMs) {
    Task entry = new Task(nowMs + delayMs, task);
    tasks.add(entry);
    return () -> tasks.remove(entry);
  }
}
