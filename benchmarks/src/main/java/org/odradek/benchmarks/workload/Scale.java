package org.odradek.benchmarks.workload;

/** How much is done in one run: enough for figures, or only so much that everything has run. */
public enum Scale {
  QUICK(50_000, 25L << 20, 1, 3, 1),
  FULL(3_000_000, 1536L << 20, 10, 20, 10);

  private final long mostRecords;
  private final long mostBytes;
  private final int warmupSeconds;
  private final int measuredSeconds;
  private final int idleSeconds;

  Scale(long mostRecords, long mostBytes, int warmupSeconds, int measuredSeconds, int idleSeconds) {
    this.mostRecords = mostRecords;
    this.mostBytes = mostBytes;
    this.warmupSeconds = warmupSeconds;
    this.measuredSeconds = measuredSeconds;
    this.idleSeconds = idleSeconds;
  }

  /** How many records of this size are sent as fast as possible. */
  long records(int size) {
    return Math.max(500, Math.min(mostRecords, mostBytes / size));
  }

  /** How many before that, which do not count. */
  long warmupRecords(int size) {
    return Math.max(100, records(size) / 4);
  }

  /** Of loads at a fixed rate: seconds that do not count. */
  int warmupSeconds() {
    return warmupSeconds;
  }

  /** Of loads at a fixed rate: seconds that count. */
  int measuredSeconds() {
    return measuredSeconds;
  }

  /** How long an idle broker is watched. */
  int idleSeconds() {
    return idleSeconds;
  }

  /** A number for full runs, a tenth of it for quick ones, but 1 at least. */
  int reduced(int full) {
    return this == FULL ? full : Math.max(1, full / 10);
  }
}
