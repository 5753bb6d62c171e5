package org.odradek.broker.tls;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.odradek.broker.network.RateLimitedLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares an event loop's time between handshakes and everything else: steps of handshakes take half
 * of it at most, so that those who are connected go on being served while thousands connect.
 *
 * <p>What has to wait is taken up newest first. When more comes than can be done, some clients have
 * given up by the time that it is their turn; with the oldest first, in the end all of them would
 * have.
 *
 * <p>Thread-safety: none; on its event loop only. What waits is bounded by who hands it in: one
 * step for each connection.
 */
final class HandshakePacer {
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /**
   * A step that seemed to take longer was one during which the process, or this thread on a busy
   * machine, stood still: signing with an RSA key of 4096 bits takes about as long.
   */
  private static final long STEP_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final Logger log = LoggerFactory.getLogger(HandshakePacer.class);

  private final LongSupplier nanoTime;
  private final Delay later;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final RateLimitedLog errors;
  private long sliceBeganNanos;
  private long usedNanos;
  private boolean isResting;

  /** Has something done on the event loop after a while. */
  interface Delay {
    void run(Runnable task, long delayNanos);
  }

  HandshakePacer(LongSupplier nanoTime, Delay later) {
    this.nanoTime = nanoTime;
    this.later = later;
    this.errors = new RateLimitedLog(log, nanoTime);
    this.sliceBeganNanos = nanoTime.getAsLong();
  }

  /** Does a step of a handshake, now or as soon as there is time for it. */
  void submit(Runnable step) {
    if (isResting) {
      waiting.addFirst(step);
      return;
    }
    long now = nanoTime.getAsLong();
    if (now - sliceBeganNanos > 2 * SLICE_NANOS) {
      sliceBeganNanos = now; // there was time for other things
      usedNanos = 0;
    }
    run(step);
  }

  private void run(Runnable step) {
    long before = nanoTime.getAsLong();
    try {
      step.run();
    } finally {
      usedNanos += Math.min(nanoTime.getAsLong() - before, STEP_MAX_NANOS);
      if (usedNanos >= SLICE_NANOS && !isResting) {
        isResting = true;
        later.run(this::goOn, usedNanos);
      }
    }
  }

  private void goOn() {
    isResting = false;
    usedNanos = 0;
    sliceBeganNanos = nanoTime.getAsLong();
    while (!isResting && !waiting.isEmpty()) {
      try {
        run(waiting.removeFirst());
      } catch (RuntimeException | Error e) {
        // the others are of other connections
        errors.warn("A step of a TLS handshake failed: " + e);
      }
    }
  }

  /** Steps that wait for their time. */
  int waiting() {
    return waiting.size();
  }
}
