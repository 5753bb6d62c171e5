package org.odradek.benchmarks.workload;

/**
 * How much is done in one run: enough for figures, a share of that where time is short, or only so
 * much that everything has run.
 *
 * @param name for people
 * @param share of the full size; more than 0, up to 1
 * @param mostRecords that are sent as fast as possible, of small ones
 * @param mostBytes that are sent as fast as possible, of large ones
 * @param warmupSeconds of loads at a fixed rate, that do not count
 * @param measuredSeconds of loads at a fixed rate, that count
 * @param idleSeconds how long an idle broker is watched
 */
public record Scale(
    String name,
    double share,
    long mostRecords,
    long mostBytes,
    int warmupSeconds,
    int measuredSeconds,
    int idleSeconds) {
  private static final long FULL_RECORDS = 3_000_000;
  private static final long FULL_BYTES = 1536L << 20;
  private static final double LEAST_SHARE = 0.05;
  // A broker that is not warm is another system: warm-ups shrink less than what is measured.
  private static final double LEAST_WARMUP_SHARE = 0.5;

  public static final Scale QUICK = new Scale("quick", 0.02, 50_000, 25L << 20, 1, 3, 1);
  public static final Scale FULL = of(1);

  /**
   * A share of the full size.
   *
   * @throws IllegalArgumentException unless it is from 0.05 to 1
   */
  public static Scale of(double share) {
    if (!(share >= LEAST_SHARE && share <= 1)) {
      throw new IllegalArgumentException(
          "a scale is a number from " + LEAST_SHARE + " to 1, not " + share);
    }
    return new Scale(
        share == 1 ? "full" : Double.toString(share),
        share,
        (long) (share * FULL_RECORDS),
        (long) (share * FULL_BYTES),
        atLeast(3, 10 * share),
        atLeast(5, 20 * share),
        atLeast(3, 10 * share));
  }

  private static int atLeast(int least, double number) {
    return Math.max(least, (int) Math.round(number));
  }

  /** Whether figures mean anything. */
  boolean isQuick() {
    return equals(QUICK);
  }

  /** How many records of this size are sent as fast as possible. */
  long records(int size) {
    return Math.max(500, Math.min(mostRecords, mostBytes / size));
  }

  /** How many before that, which do not count. */
  long warmupRecords(int size) {
    double more = isQuick() ? 1 : Math.max(1, LEAST_WARMUP_SHARE / share);
    return Math.max(100, (long) (records(size) * more) / 4);
  }

  /**
   * How often something of this scale is done so that it comes to as much as so many times at full
   * size, or to half of that.
   */
  int repeated(int timesAtFullSize) {
    return isQuick()
        ? 1
        : (int) Math.ceil(timesAtFullSize * Math.max(1, LEAST_WARMUP_SHARE / share));
  }

  /** A number for full runs, a share of it for others, but 1 at least. */
  int reduced(int full) {
    return atLeast(1, full * share);
  }
}
