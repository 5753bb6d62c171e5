package org.odradek.broker.quota;

/**
 * Tokens that come at a rate, up to a burst, and may be overdrawn once (KIP-599): who finds the
 * bucket not overdrawn takes all that he needs, and everybody waits until the debt is paid.
 *
 * <p>Thread-safe.
 */
final class TokenBucket implements MeasuredClients.Measured {
  /** What adding up small parts may be off by. */
  private static final double ROUNDING = 1e-6;

  private final double burstSeconds;
  private final ClientUsage used;
  private double tokens;
  private double perSecondLast;
  private boolean isFilled;
  private volatile long lastUsedMs;

  /**
   * @param burstSeconds the bucket holds what comes in so many seconds, and is full at first
   * @param used measures the rate, for the metrics
   */
  TokenBucket(double burstSeconds, ClientUsage used, long nowMs) {
    this.burstSeconds = burstSeconds;
    this.used = used;
    this.lastUsedMs = nowMs;
  }

  /** How many milliseconds it takes until the debt is paid; 0 if there is none. */
  synchronized long debtMs(double perSecond, long nowMs) {
    refill(perSecond, nowMs);
    return tokens >= -ROUNDING
        ? 0
        : (long) Math.min(Long.MAX_VALUE, Math.ceil(-tokens / perSecond * 1_000));
  }

  /** Takes tokens unless there is a debt; whether it did. */
  synchronized boolean tryTake(long amount, double perSecond, long nowMs) {
    if (debtMs(perSecond, nowMs) > 0) {
      return false;
    }
    take(amount, perSecond, nowMs);
    return true;
  }

  /** Takes tokens, and makes the debt larger if there is one. */
  synchronized void take(long amount, double perSecond, long nowMs) {
    refill(perSecond, nowMs);
    tokens -= amount;
    used.record(amount, Double.POSITIVE_INFINITY, nowMs);
  }

  private void refill(double perSecond, long nowMs) {
    double burst = burstSeconds * perSecond;
    tokens = isFilled ? Math.min(burst, tokens + perSecond * (nowMs - lastUsedMs) / 1_000) : burst;
    isFilled = true;
    lastUsedMs = nowMs;
    perSecondLast = perSecond;
  }

  /** What is in it now, at the rate of when it was used last; negative for a debt. */
  synchronized double tokens(long nowMs) {
    return Math.min(
        burstSeconds * perSecondLast, tokens + perSecondLast * (nowMs - lastUsedMs) / 1_000);
  }

  ClientUsage used() {
    return used;
  }

  @Override
  public long lastUsedMs() {
    return lastUsedMs;
  }
}
