package org.odradek.broker.partition;

import java.util.concurrent.atomic.LongAdder;

/**
 * How often the ISRs of all partitions led here changed, since the start.
 *
 * <p>Thread-safe.
 */
public final class IsrChangeCounts {
  private final LongAdder expands = new LongAdder();
  private final LongAdder shrinks = new LongAdder();
  private final LongAdder failed = new LongAdder();

  void changed(InSyncReplicas.Change change) {
    switch (change) {
      case InSyncReplicas.Joining joining -> expands.increment();
      case InSyncReplicas.Leaving leaving -> shrinks.increment();
    }
  }

  void notMade() {
    failed.increment();
  }

  /** Changes by which a replica came in. */
  public long expands() {
    return expands.sum();
  }

  /** Changes by which replicas went out. */
  public long shrinks() {
    return shrinks.sum();
  }

  /** Changes that were proposed and not made. */
  public long failed() {
    return failed.sum();
  }
}
