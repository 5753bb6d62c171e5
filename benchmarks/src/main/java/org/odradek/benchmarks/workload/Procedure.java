package org.odradek.benchmarks.workload;

import org.odradek.benchmarks.systems.Deployment;

/**
 * How a kind of workload is measured; a record, whose components are what its workloads differ in.
 */
public interface Procedure {
  /** Measures one system, on fresh directories, and puts figures into {@code run}. */
  void measure(Run run);

  /**
   * About how long a run takes, in seconds.
   *
   * @param hasRates whether Kafka's maximum is known, so that fixed rates that are shares of it are
   *     measured too
   */
  double seconds(Scale scale, Deployment deployment, boolean hasRates);

  /**
   * Whether it asks for fixed rates that are shares of Kafka's maximum, which has to be known
   * first.
   */
  default boolean needsKafkaMaximum() {
    return false;
  }
}
