package org.odradek.benchmarks.workload;

import java.util.List;
import org.odradek.benchmarks.systems.Deployment;

/** A consumer that lags far behind must not slow the others down. */
final class BacklogWorkloads {
  private static final int MEMORY_MIB = 1_280;
  private static final int BACKLOG_MIB = 1_600;
  private static final int TAIL_RATE = 2_000;

  private BacklogWorkloads() {}

  static List<Workload> all() {
    return List.of(
        new Workload(
            "cold-backlog",
            "a backlog larger than the "
                + MEMORY_MIB
                + " MiB that the broker has (control group, page cache included) is drained while "
                + TAIL_RATE
                + " records of 1 KiB a second are tailed",
            Deployment.ONE_BROKER.limitedToMib(MEMORY_MIB),
            new BacklogProcedure(BACKLOG_MIB, TAIL_RATE)));
  }
}
