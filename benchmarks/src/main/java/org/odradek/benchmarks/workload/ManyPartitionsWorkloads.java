package org.odradek.benchmarks.workload;

import java.util.List;
import org.odradek.benchmarks.systems.Deployment;

/** Many partitions on one broker. */
final class ManyPartitionsWorkloads {
  private ManyPartitionsWorkloads() {}

  static List<Workload> all() {
    return List.of(many(1_000), many(10_000));
  }

  private static Workload many(int partitions) {
    return new Workload(
        "partitions-" + partitions,
        "a topic of "
            + partitions
            + " partitions: created, idle, 100 B records spread over it, stopped, started, killed,"
            + " started",
        Deployment.ONE_BROKER,
        new ManyPartitionsProcedure(partitions));
  }
}
