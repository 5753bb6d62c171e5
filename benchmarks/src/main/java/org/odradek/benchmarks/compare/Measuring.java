package org.odradek.benchmarks.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.workload.CannotRunException;
import org.odradek.benchmarks.workload.Figure;
import org.odradek.benchmarks.workload.Run;
import org.odradek.benchmarks.workload.Workload;

/**
 * Runs workloads, one system up at a time. What fails is kept as a failed run, and the next one
 * goes on.
 */
final class Measuring {
  private final Options options;
  private final TimePlan plan;
  private final PrintStream progress;
  private int runs;

  Measuring(Options options, TimePlan plan, PrintStream progress) {
    this.options = options;
    this.plan = plan;
    this.progress = progress;
  }

  /** All runs of a workload. */
  WorkloadResult measure(Workload workload) {
    progress.println(workload.name() + ": " + workload.what());
    var measurements = new ArrayList<Measurement>();
    OptionalDouble maximum = options.kafkaMaximum();
    if (!options.isWithRates()) {
      maximum = OptionalDouble.empty();
    } else if (workload.procedure().needsKafkaMaximum() && maximum.isEmpty()) {
      maximum = kafkaMaximum(workload, measurements);
    }
    double round = options.systems().size() * TimePlan.runSeconds(workload, options);
    for (int pair = 1; pair <= options.pairs(); pair++) {
      if (pair > 1 && !plan.hasTimeFor(round)) {
        progress.println(
            "  " + (options.pairs() - pair + 1) + " pair(s) left out: the time is over");
        break;
      }
      for (MeasuredSystem system : options.order(pair)) {
        measurements.add(run(workload, system, pair, maximum));
      }
    }
    return new WorkloadResult(workload, maximum, List.copyOf(measurements));
  }

  /**
   * What the slower Kafka reaches, so that every system is asked for what each of them can do.
   * Where no Kafka is compared, the first system's own maximum.
   */
  private OptionalDouble kafkaMaximum(Workload workload, List<Measurement> measurements) {
    List<MeasuredSystem> stock =
        options.systems().stream().filter(MeasuredSystem::isStock).toList();
    List<MeasuredSystem> asked = stock.isEmpty() ? options.systems().subList(0, 1) : stock;
    for (MeasuredSystem system : asked) {
      measurements.add(run(workload, system, Measurement.CALIBRATION, OptionalDouble.empty()));
    }
    return measurements.stream()
        .map(m -> m.figures().get(Figure.RECORDS_PER_SECOND))
        .filter(java.util.Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .min();
  }

  private Measurement run(
      Workload workload, MeasuredSystem system, int pair, OptionalDouble maximum) {
    Path folder = options.work().resolve("run-" + ++runs);
    var run =
        new Run(
            system, workload.deployment(), options.scale(), folder, options.clientCpus(), maximum);
    Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    long startNanos = System.nanoTime();
    Optional<String> failure = Optional.empty();
    try {
      create(folder);
      workload.procedure().measure(run);
    } catch (CannotRunException e) {
      failure = Optional.of("cannot run: " + e.getMessage());
    } catch (RuntimeException | AssertionError e) {
      failure = Optional.of("failed: " + e.getMessage());
      keepOutputs(folder, workload.name() + "-" + system.label() + "-" + pair);
    } finally {
      empty(folder);
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    plan.took(workload.seconds(options.scale(), maximum.isPresent()), seconds);
    progress.println(
        String.format(
            Locale.ROOT,
            "  %s %s: %.0f s%s",
            pair == Measurement.CALIBRATION ? "maximum of" : "pair " + pair + ",",
            system.label(),
            seconds,
            failure.map(f -> ", " + f.lines().findFirst().orElse("")).orElse(summary(run))));
    return new Measurement(
        system, pair, start.toString(), seconds, run.figures(), run.notes(), failure);
  }

  private static String summary(Run run) {
    Double rate = run.figures().get(Figure.RECORDS_PER_SECOND);
    return rate == null ? "" : String.format(Locale.ROOT, ", %,.0f records/s", rate);
  }

  private static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + folder, e);
    }
  }

  /** What servers and clients said in a run that failed. */
  private void keepOutputs(Path folder, String name) {
    Path kept = options.output().resolve("failed").resolve(name);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*\\.(out|err|properties)")).toList()) {
        Path copy = kept.resolve(folder.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      progress.println("  cannot keep the outputs of the failed run: " + e.getMessage());
    }
  }

  /**
   * Gives back the disk. The empty files stay until the end: ext4 does not give out the inodes of
   * deleted files for minutes, and looks at each of them whenever it makes a file, so that a run
   * would pay for what the one before it has left.
   */
  private void empty(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.newOutputStream(file, StandardOpenOption.TRUNCATE_EXISTING).close();
      }
    } catch (IOException | UncheckedIOException e) {
      progress.println("  cannot empty " + folder + ", which takes disk: " + e);
    }
  }

  /** Removes what is left of all runs. */
  void removeAll() {
    for (int run = 1; run <= runs; run++) {
      Path folder = options.work().resolve("run-" + run);
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException | UncheckedIOException e) {
        progress.println("cannot remove " + folder + ": " + e);
      }
    }
  }
}
