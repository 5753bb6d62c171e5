package org.odradek.benchmarks.workload;

/** What can be measured. A run has those that its workload gives. */
public enum Figure {
  RECORDS_PER_SECOND("records per second", "records/s", Better.HIGHER),
  MB_PER_SECOND("MB (10^6 bytes) of records per second", "MB/s", Better.HIGHER),
  CPU_PER_MILLION("broker CPU per million records", "s", Better.LOWER),
  CPU_PER_GB("broker CPU per GB of records", "s", Better.LOWER),
  MACHINE_CPU_PER_MILLION(
      "the whole machine's CPU, clients included, per million records", "s", Better.LOWER),
  MACHINE_CPU_PER_GB("the same per GB of records", "s", Better.LOWER),
  BROKER_BUSY("broker CPU meanwhile, of one core", "%", Better.NEITHER),
  CPU_PER_GB_FRESH("broker CPU per GB in the first warm-up, of a fresh broker", "s", Better.LOWER),
  JIT_SHARE("of the broker's CPU, threads that compile", "%", Better.NEITHER),
  GC_SHARE("of the broker's CPU, threads that collect garbage", "%", Better.NEITHER),
  REQUESTS_PER_SECOND("produce requests per second", "requests/s", Better.NEITHER),
  REQUESTS_PER_CPU_SECOND("produce requests per broker CPU second", "requests", Better.HIGHER),
  ALLOCATED_PER_REQUEST("allocated per request", "KiB", Better.LOWER),
  IDLE_MEMORY("resident, idle after the start", "MiB", Better.LOWER),
  PEAK_MEMORY("resident, peak", "MiB", Better.LOWER),
  ANONYMOUS_MEMORY("resident without mapped files, at the end", "MiB", Better.LOWER),
  PAGES_DIRTIED("pages made dirty, to be written to disk", "MB", Better.LOWER),
  DISK_READ("read from disk", "MB", Better.NEITHER),

  RATE_50("rate asked for: 50 % of Kafka's", "records/s", Better.NEITHER),
  KEPT_50("of that, kept", "%", Better.HIGHER),
  P50_AT_50("latency at 50 %, p50", "ms", Better.LOWER),
  P99_AT_50("latency at 50 %, p99", "ms", Better.LOWER),
  P999_AT_50("latency at 50 %, p99.9", "ms", Better.LOWER),
  MAX_AT_50("latency at 50 %, max", "ms", Better.LOWER),
  CPU_AT_50("broker CPU per million records at 50 %", "s", Better.LOWER),
  RATE_80("rate asked for: 80 % of Kafka's", "records/s", Better.NEITHER),
  KEPT_80("of that, kept", "%", Better.HIGHER),
  P50_AT_80("latency at 80 %, p50", "ms", Better.LOWER),
  P99_AT_80("latency at 80 %, p99", "ms", Better.LOWER),
  P999_AT_80("latency at 80 %, p99.9", "ms", Better.LOWER),
  MAX_AT_80("latency at 80 %, max", "ms", Better.LOWER),
  CPU_AT_80("broker CPU per million records at 80 %", "s", Better.LOWER),

  RATE("rate asked for", "records/s", Better.NEITHER),
  KEPT("of that, kept", "%", Better.HIGHER),
  P50("latency, p50", "ms", Better.LOWER),
  P99("latency, p99", "ms", Better.LOWER),
  P999("latency, p99.9", "ms", Better.LOWER),
  MAX("latency, max", "ms", Better.LOWER),
  MEMORY_WITH_PARTITIONS("resident, idle with the partitions", "MiB", Better.LOWER),
  MEMORY_UNDER_LOAD("resident at the end of the load", "MiB", Better.LOWER),
  DRAIN_RATE("backlog read at", "MB/s", Better.HIGHER),
  CPU_PER_GB_DRAINED("broker CPU per GB of backlog read, the tail's included", "s", Better.LOWER),
  DRAIN_ROUNDS("times the backlog was read through", "times", Better.NEITHER),

  FIRST_ACKNOWLEDGED("start to first acknowledged record", "ms", Better.LOWER),
  CREATE("creating the partitions until all have a leader", "s", Better.LOWER),
  CREATE_TAKEN("creating the partitions until all have taken a record", "s", Better.LOWER),
  IDLE_CPU("idle CPU, of one core", "%", Better.LOWER),
  STOP("clean stop", "s", Better.LOWER),
  START_CLEAN("start after that until all partitions take a record", "s", Better.LOWER),
  START_KILLED("start after kill -9 until all partitions take a record", "s", Better.LOWER),
  SMALLEST_HEAP("smallest heap (-Xmx) that serves", "MiB", Better.LOWER);

  /** Which way is better. */
  public enum Better {
    HIGHER,
    LOWER,
    NEITHER
  }

  private final String title;
  private final String unit;
  private final Better better;

  Figure(String title, String unit, Better better) {
    this.title = title;
    this.unit = unit;
    this.better = better;
  }

  public String title() {
    return title;
  }

  public String unit() {
    return unit;
  }

  public Better better() {
    return better;
  }
}
