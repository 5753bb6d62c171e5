package org.odradek.benchmarks.statistics;

import java.util.List;

/**
 * Median and range of several measurements.
 *
 * @param count how many there were, at least 1
 */
public record Spread(double median, double min, double max, int count) {

  /**
   * The median is the middle value, or the mean of the two in the middle.
   *
   * @throws IllegalArgumentException when there are none, or one is not a finite number
   */
  public static Spread of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    for (double value : sorted) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(value + " in " + values);
      }
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }
}
