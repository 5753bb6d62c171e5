package org.odradek.broker.fetch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.PartitionState;
import org.odradek.broker.partition.PartitionWatcher;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.storage.LogException;
import org.odradek.storage.LogPosition;
import org.odradek.storage.PartitionLog;
import org.odradek.storage.ReadIsolation;

/**
 * A fetch that waits for its minimum of bytes, or for its time to run out. Ends once, on the thread
 * that appended the last bytes needed or on the timer's, which only calls {@code onDone}.
 *
 * <p>Thread-safe.
 */
final class WaitingFetch {
  private final FetchLimits limits;
  private final boolean forWatermarks;
  private final Runnable onDone;
  private final List<Watch> watches = new ArrayList<>();
  private final AtomicLong availableBytes = new AtomicLong();
  private final AtomicBoolean done = new AtomicBoolean();
  private volatile WaitTimer.@Nullable Wait timeout;

  /**
   * @param forWatermarks whether a higher watermark is worth an answer without records
   */
  WaitingFetch(FetchLimits limits, boolean forWatermarks, Runnable onDone) {
    this.limits = limits;
    this.forWatermarks = forWatermarks;
    this.onDone = onDone;
  }

  /**
   * Begins to wait.
   *
   * @param results what was read so far, less than is wanted; already released
   */
  void await(List<FetchReads.Result> results, WaitTimer timer) {
    for (FetchReads.Result result : results) {
      Partition partition = result.partition();
      if (partition != null && !result.keptBack()) { // else only time helps
        watches.add(new Watch(partition, result));
      }
    }
    timeout = timer.schedule(this::finish, limits.maxWaitMs());
    for (Watch watch : watches) {
      watch.partition.watch(watch);
    }
    // What was appended between the read and the watch woke nobody.
    for (Watch watch : watches) {
      watch.onChange(watch.partition);
    }
    if (done.get()) {
      unwatch();
    }
  }

  /** Ends the wait before its time. */
  void finish() {
    if (!done.compareAndSet(false, true)) {
      return;
    }
    unwatch();
    WaitTimer.Wait wait = timeout;
    if (wait != null) {
      wait.cancel();
    }
    onDone.run();
  }

  private void unwatch() {
    for (Watch watch : watches) {
      watch.partition.unwatch(watch);
    }
  }

  /** Counts the bytes that one partition has for the fetch. */
  private final class Watch implements PartitionWatcher {
    private final Partition partition;
    private final FetchTarget target;

    /** From where bytes are counted: the place of the fetch offset, or the end as it was. */
    private final LogPosition start;

    /** A change of role ends the wait: the read that follows tells. */
    private final PartitionState state;

    private final long highWatermark;
    private long countedBytes;

    Watch(Partition partition, FetchReads.Result result) {
      this.partition = partition;
      this.target = result.target();
      this.state = partition.state();
      this.highWatermark = result.data().highWatermark();
      LogPosition found = result.start();
      this.start = found != null ? found : LogPosition.ofOffset(target.fetchOffset());
    }

    @Override
    public void onChange(Partition changed) {
      if (done.get()) {
        return;
      }
      try {
        if (roleChanged() || enough()) {
          finish();
        }
      } catch (LogException e) {
        finish(); // the read that follows tells
      }
    }

    private boolean roleChanged() {
      PartitionState now = partition.state();
      return now.leaderEpoch() != state.leaderEpoch()
          || now.leading() != state.leading()
          || (!now.leading() && !limits.anyReplica());
    }

    private boolean enough() {
      PartitionLog log = partition.log();
      if (forWatermarks && log.highWatermark() > highWatermark) {
        return true;
      }
      long end =
          switch (limits.isolation()) {
            case LOG_END -> log.logEndOffset();
            case HIGH_WATERMARK -> log.highWatermark();
            case LAST_STABLE -> log.lastStableOffset();
          };
      if (end <= target.fetchOffset()) {
        return false;
      }
      return limits.minBytes() <= 1 || count(log) >= limits.minBytes();
    }

    private synchronized long count(PartitionLog log) {
      LogPosition end =
          limits.isolation() == ReadIsolation.LOG_END ? log.end() : log.highWatermarkPosition();
      long bytes = start.bytesUntil(end);
      if (bytes < 0) {
        return Long.MAX_VALUE; // in another segment: counts as enough
      }
      long counted = Math.min(bytes, target.maxBytes());
      long total = availableBytes.addAndGet(counted - countedBytes);
      countedBytes = counted;
      return total;
    }
  }
}
