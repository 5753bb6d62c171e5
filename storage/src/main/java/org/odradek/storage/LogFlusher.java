package org.odradek.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Forces a log to its disk for many callers at once: those that come while a force runs share the
 * next one. The recovery point moves only after a force that succeeded.
 *
 * <p>Thread-safety: any thread; forces run one at a time on a background thread, and hold no lock
 * that an append needs.
 */
final class LogFlusher {
  private final LogState state;
  private final LogMaintenance maintenance;

  /** Guarded by this. */
  private final List<Waiter> waiters = new ArrayList<>();

  /** Guarded by this. */
  private boolean running;

  private record Waiter(CompletableFuture<@Nullable Void> done) {}

  LogFlusher(LogState state, LogMaintenance maintenance) {
    this.state = state;
    this.maintenance = maintenance;
  }

  CompletableFuture<@Nullable Void> flush(long upToOffset) {
    if (state.recoveryPoint >= upToOffset) {
      return CompletableFuture.completedFuture(null);
    }
    var done = new CompletableFuture<@Nullable Void>();
    synchronized (this) {
      waiters.add(new Waiter(done));
      if (running) {
        return done;
      }
      running = true;
    }
    state.directory.runtime().background().execute(this::run);
    return done;
  }

  private void run() {
    while (true) {
      List<Waiter> served;
      synchronized (this) {
        served = new ArrayList<>(waiters);
        waiters.clear();
        if (served.isEmpty()) {
          running = false;
          return;
        }
      }
      LogException failure = null;
      try {
        while (!tryForceAll()) {
          // A truncation came between: what it left is still to be forced.
        }
      } catch (IOException | RuntimeException e) {
        failure = state.failed("Flush", e);
      }
      for (Waiter waiter : served) {
        // What was cut off meanwhile needs no force any more.
        if (failure == null) {
          waiter.done.complete(null);
        } else {
          waiter.done.completeExceptionally(failure);
        }
      }
    }
  }

  /**
   * Forces everything appended so far. Blocks.
   *
   * @return false when a truncation cut off what was to be forced: then nothing is known
   */
  private boolean tryForceAll() throws IOException {
    state.ensureOpen();
    long upTo;
    int truncations;
    LogSegment[] segments;
    state.appendLock.lock();
    try {
      upTo = state.end.offset();
      truncations = state.truncations();
      segments = state.segments.all();
    } finally {
      state.appendLock.unlock();
    }
    int first = Math.max(0, SegmentList.floorIndex(segments, state.recoveryPoint));
    for (int i = first; i < segments.length; i++) {
      boolean active = i == segments.length - 1;
      try {
        if (!active) {
          maintenance.sealIfNeeded(segments[i]);
        }
        segments[i].forceLog();
      } catch (IOException e) {
        if (truncations != state.truncations()) {
          return false;
        }
        if (state.segments.contains(segments[i])) {
          throw e;
        }
      }
    }
    state.epochs.writeIfChanged();
    state.folder.forceIfWanted();
    state.appendLock.lock();
    try {
      if (truncations != state.truncations()) {
        return false;
      }
      if (upTo > state.recoveryPoint) {
        state.recoveryPoint = upTo;
      }
    } finally {
      state.appendLock.unlock();
    }
    return true;
  }
}
