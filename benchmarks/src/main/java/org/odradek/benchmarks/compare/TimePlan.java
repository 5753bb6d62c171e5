package org.odradek.benchmarks.compare;

import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.workload.Scale;
import org.odradek.benchmarks.workload.Workload;

/**
 * How long what is asked for will take, and, where there is a limit, whether there is still time
 * for more. Estimates are those of the workloads, corrected by how long earlier ones really took.
 */
final class TimePlan {
  private static final double[] SHARES = {1, 0.75, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05};

  private final Options options;
  private final LongSupplier nanoClock;
  private final long startNanos;
  private double estimatedSoFar;
  private double tookSoFar;

  /** A plan that begins now by this clock. */
  TimePlan(Options options, LongSupplier nanoClock) {
    this.options = options;
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
  }

  /** About how long one run of one system takes. */
  static double runSeconds(Workload workload, Options options) {
    return workload.seconds(options.scale(), options.isWithRates());
  }

  /** About how long all runs of a workload take, in seconds. */
  static double seconds(Workload workload, Options options) {
    double runs = options.pairs() * options.systems().size() * runSeconds(workload, options);
    return runs + searches(workload, options) * workload.seconds(options.scale(), false);
  }

  /** How many runs only look for Kafka's maximum. */
  private static long searches(Workload workload, Options options) {
    if (!workload.procedure().needsKafkaMaximum()
        || !options.isWithRates()
        || options.kafkaMaximum().isPresent()) {
      return 0;
    }
    return Math.max(1, options.systems().stream().filter(MeasuredSystem::isStock).count());
  }

  static double seconds(List<Workload> workloads, Options options) {
    return workloads.stream().mapToDouble(workload -> seconds(workload, options)).sum();
  }

  /**
   * The options with the largest scale at which all these workloads fit into the limit; as they are
   * when there is none.
   *
   * @throws IllegalArgumentException when not even the smallest scale fits
   */
  static Options fitting(List<Workload> workloads, Options options) {
    if (options.limitMinutes().isEmpty()) {
      return options;
    }
    Options smallest = options;
    for (double share : SHARES) {
      smallest = options.withScale(Scale.of(share));
      if (seconds(workloads, smallest) <= limitSeconds(options)) {
        return smallest;
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "these workloads take about %s min at the smallest scale, more than %d: choose fewer,"
                + " or less --pairs, or --no-rates",
            minutes(seconds(workloads, smallest)),
            options.limitMinutes().getAsInt()));
  }

  private static double limitSeconds(Options options) {
    return options.limitMinutes().isEmpty()
        ? Double.POSITIVE_INFINITY
        : 60.0 * options.limitMinutes().getAsInt();
  }

  /** Whether something that was estimated so can be done before the limit. */
  boolean hasTimeFor(double estimatedSeconds) {
    double slower = estimatedSoFar == 0 ? 1 : tookSoFar / estimatedSoFar;
    double elapsed = (nanoClock.getAsLong() - startNanos) / 1e9;
    return elapsed + estimatedSeconds * slower <= limitSeconds(options);
  }

  /** Tells what became of an estimate. */
  void took(double estimatedSeconds, double seconds) {
    estimatedSoFar += estimatedSeconds;
    tookSoFar += seconds;
  }

  /** Minutes in words, with a digit behind the point where they are few. */
  static String minutes(double seconds) {
    return String.format(Locale.ROOT, seconds < 600 ? "%.1f" : "%.0f", seconds / 60);
  }
}
