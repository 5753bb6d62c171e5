package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.storage.LogException;

/**
 * The appends of one partition that wait for the high watermark to pass them (acks=all).
 *
 * <p>Thread-safe; futures are completed outside of the lock, on the thread that moves the
 * watermark.
 */
final class ReplicationWaits {
  private record Wait(long offset, CompletableFuture<@Nullable Void> future) {}

  private final PriorityQueue<Wait> waits =
      new PriorityQueue<>(Comparator.comparingLong(Wait::offset));

  /** Completes once the high watermark is at {@code offset} or above. */
  CompletableFuture<@Nullable Void> await(long offset) {
    CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
    Wait wait = new Wait(offset, future);
    synchronized (waits) {
      waits.add(wait);
    }
    future.whenComplete((done, failure) -> {
      if (failure != null) {
        forget(wait);
      }
    });
    return future;
  }

  private void forget(Wait wait) {
    synchronized (waits) {
      waits.remove(wait);
    }
  }

  void highWatermarkMoved(long highWatermark) {
    List<Wait> passed = new ArrayList<>(0);
    synchronized (waits) {
      for (Wait next = waits.peek();
          next != null && next.offset <= highWatermark;
          next = waits.peek()) {
        passed.add(next);
        waits.poll();
      }
    }
    for (Wait wait : passed) {
      wait.future.complete(null);
    }
  }

  void failAll(LogException reason) {
    List<Wait> all;
    synchronized (waits) {
      all = new ArrayList<>(waits);
      waits.clear();
    }
    for (Wait wait : all) {
      wait.future.completeExceptionally(reason);
    }
  }
}
