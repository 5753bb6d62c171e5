package org.odradek.benchmarks.compare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.workload.Figure;

/**
 * One run of one workload on one system.
 *
 * @param pair the round, from 1; 0 for runs that only find Kafka's maximum, whose figures count
 *     nowhere else
 * @param startedAt ISO time
 * @param seconds how long it took in all
 * @param failure why it did not come to its end, or could not run
 */
record Measurement(
    MeasuredSystem system,
    int pair,
    String startedAt,
    double seconds,
    Map<Figure, Double> figures,
    List<String> notes,
    Optional<String> failure) {
  static final int CALIBRATION = 0;

  boolean isCalibration() {
    return pair == CALIBRATION;
  }
}
