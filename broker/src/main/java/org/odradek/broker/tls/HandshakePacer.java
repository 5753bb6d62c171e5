package org.odradek.broker.tls;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.network.RateLimitedLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares an event loop's time between handshakes and everything else: steps of handshakes take half
 * of it at most, so that those who are connected go on being served while thousands connect.
 *
 * <p>What has to wait is taken up as {@link HandshakeTurns} has it. Nothing is while those who do
 * the long parts have more than enough to do: what waits there waits in the order in which it came.
 *
 * <p>Thread-safety: none; on its event loop only.
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
  private final BooleanSupplier isHeldUp;
  private final HandshakeTurns waiting = new HandshakeTurns();
  private final RateLimitedLog errors;
  private long sliceBeganNanos;
  private long usedNanos;
  private boolean isResting;

  /** Has something done on the event loop after a while. */
  interface Delay {
    void run(Runnable task, long delayNanos);
  }

  /** {@code isHeldUp}: whether others have so much to do of what steps hand on that these wait. */
  HandshakePacer(LongSupplier nanoTime, Delay later, BooleanSupplier isHeldUp) {
    this.nanoTime = nanoTime;
    this.later = later;
    this.isHeldUp = isHeldUp;
    this.errors = new RateLimitedLog(log, nanoTime);
    this.sliceBeganNanos = nanoTime.getAsLong();
  }

  /**
   * Does a step of a handshake, now or as soon as there is time for it.
   *
   * @param client equal for all clients of a network
   * @param goesOn whether it is not the first of its handshake
   * @return null when it is done
   */
  HandshakeTurns.@Nullable Turn submit(Object client, boolean goesOn, Runnable step) {
    if (isResting) {
      return waiting.add(client, goesOn, step);
    }
    if (isHeldUp.getAsBoolean()) {
      rest(SLICE_NANOS);
      return waiting.add(client, goesOn, step);
    }
    long now = nanoTime.getAsLong();
    if (now - sliceBeganNanos > 2 * SLICE_NANOS) {
      sliceBeganNanos = now; // there was time for other things
      usedNanos = 0;
    }
    run(step);
    return null;
  }

  /** Does not do it, as its connection has ended; nothing happens when it is done. */
  void withdraw(HandshakeTurns.Turn turn) {
    waiting.remove(turn);
  }

  private void rest(long nanos) {
    isResting = true;
    later.run(this::goOn, nanos);
  }

  private void run(Runnable step) {
    long before = nanoTime.getAsLong();
    try {
      step.run();
    } finally {
      usedNanos += Math.min(nanoTime.getAsLong() - before, STEP_MAX_NANOS);
      if (usedNanos >= SLICE_NANOS && !isResting) {
        rest(usedNanos);
      }
    }
  }

  private void goOn() {
    isResting = false;
    usedNanos = 0;
    sliceBeganNanos = nanoTime.getAsLong();
    while (!isResting && waiting.count() > 0) {
      if (isHeldUp.getAsBoolean()) {
        rest(SLICE_NANOS);
        return;
      }
      runNext();
    }
  }

  private void runNext() {
    Runnable step = waiting.next();
    if (step == null) {
      return;
    }
    try {
      run(step);
    } catch (RuntimeException | Error e) {
      // the others are of other connections
      errors.warn("A step of a TLS handshake failed: " + e);
    }
  }

  /** Steps that wait for their time. */
  int waiting() {
    return waiting.count();
  }
}
