package org.odradek.benchmarks.accounting;

/**
 * What processes have used since they were started; differences of two say what a phase cost.
 *
 * @param cpuSeconds user and system time of all threads, and of children that have ended
 * @param jitSeconds of these, threads that compile and still run
 * @param gcSeconds of these, threads that collect garbage and still run
 * @param dirtiedBytes of pages of files that became dirty, by writing or through a mapping, and of
 *     what went past the page cache: a page that is written to again while it is dirty counts once,
 *     one that the kernel has written out meanwhile counts again, one that was given up with its
 *     file before it was written counts as well
 * @param readBytes fetched from the disk
 * @param machineSeconds user and system time of everything that runs on this machine, interrupts
 *     included: over the loopback much of a server's work is done in the time of its clients
 */
public record Usage(
    double cpuSeconds,
    double jitSeconds,
    double gcSeconds,
    long dirtiedBytes,
    long readBytes,
    double machineSeconds) {
  static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0);

  static Usage ofMachine(double seconds) {
    return new Usage(0, 0, 0, 0, 0, seconds);
  }

  public Usage plus(Usage other) {
    return new Usage(
        cpuSeconds + other.cpuSeconds,
        jitSeconds + other.jitSeconds,
        gcSeconds + other.gcSeconds,
        dirtiedBytes + other.dirtiedBytes,
        readBytes + other.readBytes,
        machineSeconds + other.machineSeconds);
  }

  /** What was used from {@code before} to now. */
  public Usage since(Usage before) {
    return new Usage(
        cpuSeconds - before.cpuSeconds,
        jitSeconds - before.jitSeconds,
        gcSeconds - before.gcSeconds,
        dirtiedBytes - before.dirtiedBytes,
        readBytes - before.readBytes,
        machineSeconds - before.machineSeconds);
  }
}
