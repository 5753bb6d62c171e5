package org.odradek.benchmarks.workload;

import java.util.List;
import org.odradek.benchmarks.systems.Deployment;

/** Starting on nothing. */
final class StartWorkloads {
  private StartWorkloads() {}

  static List<Workload> all() {
    return List.of(
        new Workload(
            "start",
            "from the launch on empty directories to the first acknowledged record",
            Deployment.ONE_BROKER,
            new StartProcedure(5)));
  }
}
