package org.odradek.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.odradek.benchmarks.statistics.PairedRatios;
import org.odradek.benchmarks.statistics.Spread;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.workload.Figure;

/**
 * A workload's figures for people: medians of each system, and the medians of the ratios of each
 * pair with their range. The first system is held against each of the others.
 */
final class TableReport {
  private static final int MOST_FAILURE_LINES = 3;

  private final List<MeasuredSystem> systems;

  TableReport(List<MeasuredSystem> systems) {
    this.systems = List.copyOf(systems);
  }

  /** The table of one workload, with its failed runs and notes below it. */
  String table(WorkloadResult result) {
    var rows = new ArrayList<List<String>>();
    rows.add(header());
    for (Figure figure : result.figures()) {
      rows.add(row(result, figure));
    }
    var text = new StringBuilder();
    text.append(result.workload().name())
        .append(": ")
        .append(result.workload().what())
        .append("; log ")
        .append(result.workload().deployment().flushPolicy())
        .append('\n');
    text.append(aligned(rows));
    if (systems.size() > 2) {
      text.append("  * to the better of the others\n");
    }
    for (Measurement measurement : result.measurements()) {
      String who =
          "  "
              + (measurement.isCalibration()
                  ? "search for the maximum"
                  : "pair " + measurement.pair())
              + ", "
              + measurement.system().label()
              + ": ";
      measurement
          .failure()
          .ifPresent(failure ->
              text.append(who)
                  .append(
                      String.join("\n      ", failure.lines().limit(MOST_FAILURE_LINES).toList()))
                  .append('\n'));
      measurement.notes().forEach(note -> text.append(who).append(note).append('\n'));
    }
    return text.toString();
  }

  private List<String> header() {
    var header = new ArrayList<String>(List.of("median"));
    systems.forEach(system -> header.add(system.label()));
    systems.stream()
        .skip(1)
        .forEach(system -> header.add("ratio to " + system.label() + " (range)"));
    return header;
  }

  private List<String> row(WorkloadResult result, Figure figure) {
    var row = new ArrayList<String>();
    row.add("  " + figure.title() + ", " + figure.unit());
    for (MeasuredSystem system : systems) {
      row.add(result.spread(system, figure).map(s -> number(s.median())).orElse("-"));
    }
    List<MeasuredSystem> others = systems.subList(1, systems.size());
    Optional<MeasuredSystem> better = result.better(others, figure);
    for (MeasuredSystem other : others) {
      String mark = others.size() > 1 ? better.equals(Optional.of(other)) ? " *" : "  " : "";
      row.add(
          figure.better() == Figure.Better.NEITHER
              ? ""
              : ratio(result.ratios(systems.getFirst(), other, figure)) + mark);
    }
    return row;
  }

  private static String ratio(PairedRatios ratios) {
    String missing = ratios.missing() == 0 ? "" : ratios.missing() + " missing";
    return ratios
        .ratios()
        .map((Spread s) ->
            share(s.median())
                + " ("
                + share(s.min())
                + " to "
                + share(s.max())
                + (missing.isEmpty() ? "" : ", " + missing)
                + ")")
        .orElse(missing.isEmpty() ? "-" : "- (" + missing + ")");
  }

  /** Two digits behind the point, or more where the first two would say little. */
  private static String share(double ratio) {
    return String.format(Locale.ROOT, Math.abs(ratio) < 0.1 ? "%.4f" : "%.2f", ratio);
  }

  /** Three digits that count, or whole numbers with separators. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  private static String aligned(List<List<String>> rows) {
    var text = new StringBuilder();
    for (List<String> row : rows) {
      for (int column = 0; column < row.size(); column++) {
        int c = column;
        int width = rows.stream().mapToInt(r -> r.get(c).length()).max().orElse(0);
        String format = column == 0 ? "%-" + width + "s" : "  %" + width + "s";
        text.append(String.format(Locale.ROOT, format, row.get(column)));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
