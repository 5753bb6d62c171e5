package org.odradek.broker.quota;

/**
 * What those who share one limit used lately, and for how long they were held back.
 *
 * <p>Thread-safe.
 */
final class ClientUsage implements MeasuredClients.Measured {
  private final RateWindow used;
  private final RateWindow throttles;
  private final RateWindow throttledMs;
  private final long windowMs;
  private volatile long lastUsedMs;

  ClientUsage(int samples, long sampleMs, long nowMs) {
    this.used = RateWindow.ofClients(samples, sampleMs);
    this.throttles = new RateWindow(samples, sampleMs);
    this.throttledMs = new RateWindow(samples, sampleMs);
    this.windowMs = samples * sampleMs;
    this.lastUsedMs = nowMs;
  }

  /**
   * Counts an amount; gives how many milliseconds without any more it takes until the rate is
   * within the limit, 0 if it is. With a limit of 0 that is when nothing is remembered any more.
   */
  synchronized long record(long amount, double limitPerSecond, long nowMs) {
    lastUsedMs = nowMs;
    used.record(amount, nowMs);
    double perSecond = used.perSecond(nowMs);
    if (perSecond <= limitPerSecond) {
      return 0;
    }
    if (limitPerSecond <= 0) {
      return windowMs;
    }
    double excess = (perSecond - limitPerSecond) / limitPerSecond;
    return Math.round(excess * used.elapsedMs(nowMs));
  }

  /** Takes back what was recorded, as it was not used after all. */
  void unrecord(long amount, long nowMs) {
    used.record(-amount, nowMs);
  }

  /** The client is held back for so long. */
  synchronized void throttled(long forMs, long nowMs) {
    throttles.record(1, nowMs);
    throttledMs.record(forMs, nowMs);
  }

  double perSecond(long nowMs) {
    return used.perSecond(nowMs);
  }

  /** How long the client was held back each time, on average; NaN if it was not lately. */
  synchronized double throttleTimeMs(long nowMs) {
    return (double) throttledMs.sum(nowMs) / throttles.sum(nowMs);
  }

  @Override
  public long lastUsedMs() {
    return lastUsedMs;
  }
}
