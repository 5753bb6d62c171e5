package org.odradek.broker.quota;

/**
 * How much came in over the last while, counted in samples of equal length, as Kafka measures rates
 * for quotas: the sum of all samples that are not too old, over the time since the oldest of them
 * began, but at least the length of one.
 *
 * <p>For clients ({@link #ofClients}) Kafka takes more time for granted, so that a burst after a
 * pause is allowed: as long as the window is not full, the samples that are missing count as time
 * in which nothing came.
 *
 * <p>Thread-safe.
 */
public final class RateWindow {
  private final long sampleMs;
  private final long[] startsMs;
  private final long[] sums;
  private final boolean missingCount;

  /** Index of the sample that is being filled; -1 before the first. */
  private int current = -1;

  /**
   * @param samples how many are kept, the one being filled among them
   * @param sampleMs length of each
   */
  public RateWindow(int samples, long sampleMs) {
    this(samples, sampleMs, false);
  }

  private RateWindow(int samples, long sampleMs, boolean missingCount) {
    if (samples <= 0 || sampleMs <= 0) {
      throw new IllegalArgumentException(
          "A window needs samples of some length, not " + samples + " of " + sampleMs + " ms");
    }
    this.sampleMs = sampleMs;
    this.startsMs = new long[samples];
    this.sums = new long[samples];
    this.missingCount = missingCount;
    java.util.Arrays.fill(startsMs, Long.MIN_VALUE);
  }

  /** One whose missing samples count as time. */
  static RateWindow ofClients(int samples, long sampleMs) {
    return new RateWindow(samples, sampleMs, true);
  }

  /** Counts something that came in; a negative amount takes it back. */
  public synchronized void record(long amount, long nowMs) {
    if (current < 0 || nowMs - startsMs[current] >= sampleMs) {
      current = (current + 1) % sums.length;
      startsMs[current] = nowMs;
      sums[current] = 0;
    }
    sums[current] += amount;
  }

  /** What came in within the window. */
  public synchronized long sum(long nowMs) {
    long sum = 0;
    for (int i = 0; i < sums.length; i++) {
      if (isRecent(i, nowMs)) {
        sum += sums[i];
      }
    }
    return sum;
  }

  private boolean isRecent(int i, long nowMs) {
    return startsMs[i] != Long.MIN_VALUE && nowMs - startsMs[i] < sampleMs * sums.length;
  }

  /** The time that {@link #sum} is of, at least the length of one sample. */
  public synchronized long elapsedMs(long nowMs) {
    long oldest = nowMs;
    for (int i = 0; i < sums.length; i++) {
      if (isRecent(i, nowMs)) {
        oldest = Math.min(oldest, startsMs[i]);
      }
    }
    long elapsedMs = nowMs - oldest;
    if (missingCount) {
      long missing = Math.max(0, sums.length - 1 - elapsedMs / sampleMs);
      elapsedMs += missing * sampleMs;
    }
    return Math.max(sampleMs, elapsedMs);
  }

  /** How much more may come in now for the rate to stay within a bound; negative when exceeded. */
  public synchronized long room(long perSecond, long nowMs) {
    return (long) (perSecond / 1_000.0 * elapsedMs(nowMs)) - sum(nowMs);
  }

  /** The measured rate. */
  public synchronized double perSecond(long nowMs) {
    return sum(nowMs) * 1_000.0 / elapsedMs(nowMs);
  }
}
