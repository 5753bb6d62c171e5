package org.odradek.benchmarks.client;

import org.HdrHistogram.Histogram;

/** Collects latencies and prints their percentiles in ms. Used by one thread at a time. */
final class Latencies {
  private static final long HIGHEST_MICROS = 600_000_000;

  private final Histogram micros = new Histogram(HIGHEST_MICROS, 3);

  void record(long nanos) {
    micros.recordValue(Math.clamp(nanos / 1_000, 0, HIGHEST_MICROS));
  }

  long count() {
    return micros.getTotalCount();
  }

  /** Prints {@code PREFIX.p50} and so on. */
  void print(String prefix) {
    if (count() == 0) {
      throw new IllegalStateException("no latency of " + prefix + " was measured");
    }
    for (double percentile : new double[] {50, 99, 99.9}) {
      LoadPrograms.print(
          prefix + ".p" + (percentile == 99.9 ? "99.9" : Integer.toString((int) percentile)),
          micros.getValueAtPercentile(percentile) / 1e3);
    }
    LoadPrograms.print(prefix + ".max", micros.getMaxValue() / 1e3);
  }
}
