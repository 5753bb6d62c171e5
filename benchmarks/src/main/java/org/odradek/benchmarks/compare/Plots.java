package org.odradek.benchmarks.compare;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.odradek.benchmarks.statistics.Spread;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.workload.Figure;

/**
 * Draws medians as bars, where the axis is linear with half their range to each side, a group for
 * each workload or percentile. Figures of workloads that are too far apart for that have a
 * logarithmic axis, latencies always.
 */
final class Plots {
  private static final int WIDTH = 1_100;
  private static final int HEIGHT = 500;
  private static final int LABEL_ROTATION = 30;
  private static final double FAR_APART = 30;
  private static final String LOGARITHMIC = ", logarithmic";

  private final List<MeasuredSystem> systems;
  private final Path folder;

  Plots(List<MeasuredSystem> systems, Path folder) {
    this.systems = List.copyOf(systems);
    this.folder = folder;
  }

  /** Writes the plots of which there are figures, and returns their files. */
  List<Path> draw(List<WorkloadResult> results) {
    var files = new ArrayList<Path>();
    byWorkload("throughput", Figure.RECORDS_PER_SECOND, results).ifPresent(files::add);
    byWorkload("cpu-per-million-records", Figure.CPU_PER_MILLION, results).ifPresent(files::add);
    for (WorkloadResult result : results) {
      latency(
              result,
              "latency-at-80-percent",
              List.of(Figure.P50_AT_80, Figure.P99_AT_80, Figure.P999_AT_80, Figure.MAX_AT_80))
          .ifPresent(files::add);
      latency(result, "latency", List.of(Figure.P50, Figure.P99, Figure.P999, Figure.MAX))
          .ifPresent(files::add);
    }
    return files;
  }

  private Optional<Path> byWorkload(String name, Figure figure, List<WorkloadResult> results) {
    List<WorkloadResult> complete =
        results.stream()
            .filter(r -> systems.stream().anyMatch(s -> r.spread(s, figure).isPresent()))
            .toList();
    if (complete.isEmpty()) {
      return Optional.empty();
    }
    List<Double> medians =
        medians(complete.stream().flatMap(r -> systems.stream().map(s -> r.spread(s, figure))));
    boolean isFarApart =
        !medians.isEmpty() && Collections.max(medians) > FAR_APART * Collections.min(medians);
    CategoryChart chart = chart(figure.title(), figure.unit() + (isFarApart ? LOGARITHMIC : ""));
    if (isFarApart) {
      makeLogarithmic(chart, medians);
    }
    List<String> names = complete.stream().map(r -> r.workload().name()).toList();
    for (MeasuredSystem system : systems) {
      addSeries(
          chart, system, names, complete.stream().map(r -> r.spread(system, figure)).toList());
    }
    return Optional.of(write(chart, name));
  }

  private Optional<Path> latency(WorkloadResult result, String name, List<Figure> percentiles) {
    boolean isMissing =
        systems.stream()
            .allMatch(s -> percentiles.stream().allMatch(f -> result.spread(s, f).isEmpty()));
    if (isMissing) {
      return Optional.empty();
    }
    CategoryChart chart =
        chart(result.workload().name() + ": " + name.replace('-', ' '), "ms" + LOGARITHMIC);
    makeLogarithmic(
        chart,
        medians(systems.stream().flatMap(s -> percentiles.stream().map(f -> result.spread(s, f)))));
    List<String> names = List.of("p50", "p99", "p99.9", "max");
    for (MeasuredSystem system : systems) {
      addSeries(
          chart, system, names, percentiles.stream().map(f -> result.spread(system, f)).toList());
    }
    return Optional.of(write(chart, name + "-" + result.workload().name()));
  }

  /** Those that are more than 0. */
  private static List<Double> medians(Stream<Optional<Spread>> spreads) {
    return spreads
        .flatMap(Optional::stream)
        .map(Spread::median)
        .filter(median -> median > 0)
        .toList();
  }

  /** Bars of a logarithmic axis begin at a power of ten, at most at half of the least value. */
  private static void makeLogarithmic(CategoryChart chart, List<Double> medians) {
    double least = medians.isEmpty() ? 1 : Collections.min(medians);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least / 2))));
  }

  private static CategoryChart chart(String title, String unit) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .yAxisTitle(unit)
            .build();
    chart.getStyler().setXAxisLabelRotation(LABEL_ROTATION);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisDecimalPattern("#,##0.###");
    return chart;
  }

  /** A bar with nothing measured is left out, not drawn as 0. */
  private static void addSeries(
      CategoryChart chart,
      MeasuredSystem system,
      List<String> names,
      List<Optional<Spread>> spreads) {
    var medians = new ArrayList<Number>();
    var errors = new ArrayList<Number>();
    for (Optional<Spread> spread : spreads) {
      medians.add(spread.map(Spread::median).orElse(Double.NaN));
      errors.add(spread.map(s -> (s.max() - s.min()) / 2).orElse(Double.NaN));
    }
    if (spreads.stream().noneMatch(Optional::isPresent)) {
      return;
    }
    if (chart.getStyler().isYAxisLogarithmic()) {
      // A range that reaches far below its median has no place on such an axis.
      chart.addSeries(system.label(), names, medians);
    } else {
      chart.addSeries(system.label(), names, medians, errors);
    }
  }

  private Path write(CategoryChart chart, String name) {
    Path file = folder.resolve(name + ".png");
    try (OutputStream out = Files.newOutputStream(file)) {
      ChartEncoder.saveChart(chart, out, "png");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    return file;
  }
}
