package org.odradek.broker.group;

/**
 * The timer of one owner: tasks run as tasks of the owner, and one that was cancelled by the owner
 * never runs, even if its time had come already. Confined to the owner.
 */
final class OwnerTimer {
  private final GroupTimer timer;
  private final OwnerExecutor owner;

  OwnerTimer(GroupTimer timer, OwnerExecutor owner) {
    this.timer = timer;
    this.owner = owner;
  }

  long nowMs() {
    return timer.nowMs();
  }

  GroupTimer.Timeout schedule(long delayMs, Runnable task) {
    OwnedTimeout timeout = new OwnedTimeout(task);
    timeout.scheduled = timer.schedule(Math.max(0, delayMs), () -> owner.execute(timeout));
    return timeout;
  }

  private static final class OwnedTimeout implements GroupTimer.Timeout, Runnable {
    private final Runnable task;
    private boolean cancelled;
    private GroupTimer.Timeout scheduled = () -> {};

    OwnedTimeout(Runnable task) {
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
      scheduled.cancel();
    }

    @Override
    public void run() {
      if (!cancelled) {
        task.run();
      }
    }
  }
}
