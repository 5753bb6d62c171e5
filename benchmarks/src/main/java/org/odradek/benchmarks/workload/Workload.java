package org.odradek.benchmarks.workload;

import org.odradek.benchmarks.systems.Deployment;

/**
 * One workload.
 *
 * @param name as {@code --workloads} takes it
 * @param what what is done, in words
 * @param deployment how the system is set up
 */
public record Workload(String name, String what, Deployment deployment, Procedure procedure) {

  /**
   * About how long a run of one system takes, in seconds.
   *
   * @param hasRates whether fixed rates that are shares of Kafka's maximum are measured in it
   */
  public double seconds(Scale scale, boolean hasRates) {
    return procedure.seconds(scale, deployment, hasRates);
  }
}
