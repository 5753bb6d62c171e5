package org.odradek.benchmarks.workload;

/**
 * How a kind of workload is measured; a record, whose components are what its workloads differ in.
 */
public interface Procedure {
  /** Measures one system, on fresh directories, and puts figures into {@code run}. */
  void measure(Run run);

  /**
   * Whether it asks for fixed rates that are shares of Kafka's maximum, which has to be known
   * first.
   */
  default boolean needsKafkaMaximum() {
    return false;
  }
}
