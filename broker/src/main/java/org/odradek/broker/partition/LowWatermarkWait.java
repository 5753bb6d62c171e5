package org.odradek.broker.partition;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import org.odradek.storage.LogException;

/**
 * Waits until all live replicas of some partitions have deleted their records (KIP-107), or the
 * time is over, and completes the answers.
 *
 * <p>Thread-safety: completed by any thread, once.
 */
final class LowWatermarkWait implements PartitionWatcher {

  /**
   * A partition to wait for.
   *
   * @param offset where all its replicas have to begin
   * @param answer what is to be completed
   */
  record Wanted(Partition partition, long offset, DeleteRecordsPartitionResult answer) {}

  private final List<Wanted> wanted;
  private final Runnable onDone;
  private final AtomicBoolean done = new AtomicBoolean();
  private volatile WaitTimer.@Nullable Wait timeout;

  LowWatermarkWait(List<Wanted> wanted, Runnable onDone) {
    this.wanted = List.copyOf(wanted);
    this.onDone = onDone;
  }

  void awaitUpTo(long timeoutMs, WaitTimer timer) {
    if (allReached()) {
      finish();
      return;
    }
    timeout = timer.schedule(this::finish, timeoutMs);
    for (Wanted each : wanted) {
      each.partition.watch(this);
    }
    onChange(wanted.getFirst().partition); // a fetch in between told nobody
    if (done.get()) {
      unwatch();
    }
  }

  @Override
  public void onChange(Partition partition) {
    if (!done.get() && allReached()) {
      finish();
    }
  }

  private boolean allReached() {
    for (Wanted each : wanted) {
      try {
        if (each.partition.lowWatermark() < each.offset) {
          return false;
        }
      } catch (LogException e) {
        continue; // not the leader any more: nothing to wait for
      }
    }
    return true;
  }

  private void finish() {
    if (!done.compareAndSet(false, true)) {
      return;
    }
    unwatch();
    WaitTimer.Wait wait = timeout;
    if (wait != null) {
      wait.cancel();
    }
    for (Wanted each : wanted) {
      complete(each);
    }
    onDone.run();
  }

  private static void complete(Wanted wanted) {
    try {
      long reached = wanted.partition.lowWatermark();
      wanted.answer.lowWatermark(reached);
      if (reached < wanted.offset) {
        wanted.answer.errorCode(ErrorCode.REQUEST_TIMED_OUT.code());
      }
    } catch (LogException e) {
      wanted.answer.lowWatermark(-1).errorCode(e.errorCode().code());
    }
  }

  private void unwatch() {
    for (Wanted each : wanted) {
      each.partition.unwatch(this);
    }
  }
}
