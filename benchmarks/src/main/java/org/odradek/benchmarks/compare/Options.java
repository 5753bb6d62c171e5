package org.odradek.benchmarks.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.workload.Scale;

/**
 * What the command is asked to do.
 *
 * @param workloads names with {@code *} for anything
 * @param pairs rounds in which each system is measured once
 * @param systems in the order of the odd rounds
 * @param output folder for the figures
 * @param work folder for the data of the brokers
 * @param clientCpus processors that clients are pinned to, empty for all
 * @param kafkaMaximum records per second that fixed rates are shares of; empty to look for it
 * @param isWithRates whether latencies at shares of Kafka's maximum are measured
 * @param limitMinutes how long all of it may take; the scale is chosen for that
 * @param isListing only to print the workloads
 */
record Options(
    List<String> workloads,
    int pairs,
    List<MeasuredSystem> systems,
    Path output,
    Path work,
    Scale scale,
    String clientCpus,
    OptionalDouble kafkaMaximum,
    boolean isWithRates,
    OptionalInt limitMinutes,
    boolean isListing) {
  static final String USAGE =
      """
      Usage: benchmarks/compare.sh [--workloads NAME,...] [--pairs N] [--systems NAME,...] [--minutes N] [--output DIR]

        --workloads NAME,...  which ones; * stands for anything (default: *)
        --pairs N             rounds in which each system is measured once; every other one in reverse order (default: 3)
        --systems NAME,...    of odradek, kafka-3.9.2, kafka-4.3.1 (default: all)
        --output DIR          for figures.json, table.txt and plots (default: benchmarks/target/compare)
        --work DIR            for the data of the brokers, which are removed (default: a temporary folder)
        --client-cpus LIST    processors that clients are pinned to, as taskset takes them (default: all)
        --kafka-maximum RATE  records per second that fixed rates are shares of (default: what the slower Kafka reaches)
        --scale SHARE         of the full size of each workload, from 0.05 to 1 (default: 1)
        --minutes N           how long all of it may take: chooses the scale, and leaves out what there is no time for any more
        --no-rates            without the latencies at 50 % and 80 % of Kafka's maximum, which take most of the time of produce-*
        --quick               little load, one pair: whether everything runs, not how fast
        --list                print the workloads and about how long they take with the other options, and measure nothing
      """;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Options parse(List<String> arguments, Path defaultOutput, Path defaultWork) {
    List<String> workloads = List.of("*");
    int pairs = 0;
    List<MeasuredSystem> systems = List.of(MeasuredSystem.values());
    Path output = defaultOutput;
    Path work = defaultWork;
    Scale scale = Scale.FULL;
    String clientCpus = "";
    OptionalDouble kafkaMaximum = OptionalDouble.empty();
    boolean isWithRates = true;
    OptionalInt limitMinutes = OptionalInt.empty();
    boolean isListing = false;
    var words = arguments.iterator();
    while (words.hasNext()) {
      String option = words.next();
      switch (option) {
        case "--quick" -> scale = Scale.QUICK;
        case "--list" -> isListing = true;
        case "--no-rates" -> isWithRates = false;
        case "--workloads",
            "--pairs",
            "--systems",
            "--output",
            "--work",
            "--client-cpus",
            "--scale",
            "--minutes",
            "--kafka-maximum" -> {
          if (!words.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value after it");
          }
          String value = words.next();
          switch (option) {
            case "--workloads" -> workloads = Arrays.asList(value.split(","));
            case "--pairs" -> pairs = number(option, value);
            case "--systems" ->
                systems = Arrays.stream(value.split(",")).map(MeasuredSystem::named).toList();
            case "--output" -> output = Path.of(value).toAbsolutePath();
            case "--work" -> work = Path.of(value).toAbsolutePath();
            case "--kafka-maximum" -> kafkaMaximum = OptionalDouble.of(number(option, value));
            case "--scale" -> scale = Scale.of(share(value));
            case "--minutes" -> limitMinutes = OptionalInt.of(number(option, value));
            default -> clientCpus = value;
          }
        }
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    if (pairs == 0) {
      pairs = scale.equals(Scale.QUICK) ? 1 : 3;
    }
    return new Options(
        workloads,
        pairs,
        systems,
        output,
        work,
        scale,
        clientCpus,
        kafkaMaximum,
        isWithRates,
        limitMinutes,
        isListing);
  }

  /** The same at another scale. */
  Options withScale(Scale other) {
    return new Options(
        workloads,
        pairs,
        systems,
        output,
        work,
        other,
        clientCpus,
        kafkaMaximum,
        isWithRates,
        limitMinutes,
        isListing);
  }

  private static double share(String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException("--scale takes a number from 0.05 to 1, not " + value);
    }
  }

  /** A whole number from 1 on. */
  private static int number(String option, String value) {
    try {
      int number = Integer.parseInt(value);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new IllegalArgumentException(option + " takes a number from 1 on, not " + value);
  }

  /** The order of the systems in a round (from 1): every other round goes backwards. */
  List<MeasuredSystem> order(int pair) {
    return pair % 2 == 1 ? systems : systems.reversed();
  }
}
