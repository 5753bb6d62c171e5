package org.odradek.benchmarks.workload;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.accounting.Usage;

/**
 * A load at a fixed rate, by a program that prints latencies.
 *
 * @param program of {@link org.odradek.benchmarks.client.LoadPrograms}
 * @param size bytes of a record's value
 */
record FixedRate(String program, String topic, int size, Map<String, String> clientSettings) {
  private static final double KEPT_ENOUGH = 98;

  /** The figures of one rate. */
  private record Names(Figure rate, Figure kept, Figure p50, Figure p99, Figure p999, Figure max) {}

  /**
   * What was found.
   *
   * @param printed by the program
   * @param used by the brokers from the program's start to its end
   */
  record Found(Map<String, Double> printed, Usage used) {
    double value(String name) {
      return FixedRate.value(printed, name);
    }

    double cpuPerMillion() {
      return used.cpuSeconds() / value("records") * 1e6;
    }
  }

  private static final Names AT_50 =
      new Names(
          Figure.RATE_50,
          Figure.KEPT_50,
          Figure.P50_AT_50,
          Figure.P99_AT_50,
          Figure.P999_AT_50,
          Figure.MAX_AT_50);
  private static final Names AT_80 =
      new Names(
          Figure.RATE_80,
          Figure.KEPT_80,
          Figure.P50_AT_80,
          Figure.P99_AT_80,
          Figure.P999_AT_80,
          Figure.MAX_AT_80);
  private static final Names ABSOLUTE =
      new Names(Figure.RATE, Figure.KEPT, Figure.P50, Figure.P99, Figure.P999, Figure.MAX);

  /** At 50 % and at 80 % of this many records a second. */
  void measureShares(Run run, Clients clients, ServerAccounting accounting, double maximum) {
    Found at50 = measure(run, clients, accounting, maximum * 0.5, AT_50, Map.of());
    run.put(Figure.CPU_AT_50, at50.cpuPerMillion());
    Found at80 = measure(run, clients, accounting, maximum * 0.8, AT_80, Map.of());
    run.put(Figure.CPU_AT_80, at80.cpuPerMillion());
  }

  /** At this many records a second; what the CPU is to be held against is for the caller to say. */
  Found measureAt(
      Run run,
      Clients clients,
      ServerAccounting accounting,
      double rate,
      Map<String, String> arguments) {
    return measure(run, clients, accounting, rate, ABSOLUTE, arguments);
  }

  private Found measure(
      Run run,
      Clients clients,
      ServerAccounting accounting,
      double rate,
      Names names,
      Map<String, String> more) {
    var arguments = new LinkedHashMap<>(more);
    arguments.put("topic", topic);
    arguments.put("size", Integer.toString(size));
    arguments.put("rate", Double.toString(rate));
    arguments.put("warmup", Integer.toString(run.scale().warmupSeconds()));
    arguments.put("seconds", Integer.toString(run.scale().measuredSeconds()));
    Usage before = accounting.usage();
    Map<String, Double> found;
    try (var process = clients.program(program, arguments, clientSettings)) {
      found = process.figures();
    }
    Usage used = accounting.usage().since(before);
    double kept = 100 * value(found, "rate") / rate;
    run.put(names.rate(), rate);
    run.put(names.kept(), kept);
    run.put(names.p50(), value(found, "latency.p50"));
    run.put(names.p99(), value(found, "latency.p99"));
    run.put(names.p999(), value(found, "latency.p99.9"));
    run.put(names.max(), value(found, "latency.max"));
    if (kept < KEPT_ENOUGH) {
      run.note(
          String.format(
              Locale.ROOT, "kept only %.0f %% of the rate of %,.0f records/s", kept, rate));
    }
    return new Found(found, used);
  }

  static double value(Map<String, Double> found, String name) {
    Double value = found.get(name);
    if (value == null) {
      throw new IllegalStateException("the client did not print " + name + ": " + found);
    }
    return value;
  }
}
