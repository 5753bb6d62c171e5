package org.odradek.benchmarks.compare;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.odradek.benchmarks.statistics.PairedRatios;
import org.odradek.benchmarks.statistics.Spread;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.workload.Figure;
import org.odradek.benchmarks.workload.Workload;

/**
 * All runs of one workload.
 *
 * @param kafkaMaximum records per second that the rates were shares of; empty where there are none
 */
record WorkloadResult(
    Workload workload, OptionalDouble kafkaMaximum, List<Measurement> measurements) {

  /** The figures that any counted run has, in their order. */
  List<Figure> figures() {
    return Arrays.stream(Figure.values())
        .filter(figure ->
            measurements.stream()
                .anyMatch(m -> !m.isCalibration() && m.figures().containsKey(figure)))
        .toList();
  }

  /**
   * Median and range over the runs of a system, runs that failed later on included as far as they
   * came.
   */
  Optional<Spread> spread(MeasuredSystem system, Figure figure) {
    List<Double> values = List.copyOf(byPair(system, figure).values());
    return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
  }

  /** A figure of {@code ours} to that of {@code theirs}, pair by pair. */
  PairedRatios ratios(MeasuredSystem ours, MeasuredSystem theirs, Figure figure) {
    return PairedRatios.of(pairs(), byPair(ours, figure), byPair(theirs, figure));
  }

  /**
   * The one of these systems that has the better median; empty where that means nothing, or none
   * has the figure.
   */
  Optional<MeasuredSystem> better(List<MeasuredSystem> systems, Figure figure) {
    Comparator<MeasuredSystem> byMedian =
        Comparator.comparingDouble(s -> spread(s, figure).orElseThrow().median());
    Stream<MeasuredSystem> measured = systems.stream().filter(s -> spread(s, figure).isPresent());
    return switch (figure.better()) {
      case HIGHER -> measured.max(byMedian);
      case LOWER -> measured.min(byMedian);
      case NEITHER -> Optional.empty();
    };
  }

  /** The numbers of the pairs that were begun, whatever came of them. */
  private Set<Integer> pairs() {
    return measurements.stream()
        .filter(m -> !m.isCalibration())
        .map(Measurement::pair)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Map<Integer, Double> byPair(MeasuredSystem system, Figure figure) {
    var values = new HashMap<Integer, Double>();
    for (Measurement measurement : measurements) {
      Double value = measurement.figures().get(figure);
      if (measurement.system() == system && !measurement.isCalibration() && value != null) {
        values.put(measurement.pair(), value);
      }
    }
    return values;
  }
}
