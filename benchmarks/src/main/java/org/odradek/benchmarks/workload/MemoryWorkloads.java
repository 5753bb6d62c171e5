package org.odradek.benchmarks.workload;

import java.util.List;
import org.odradek.benchmarks.systems.Deployment;

/** What memory it takes. */
final class MemoryWorkloads {
  private MemoryWorkloads() {}

  static List<Workload> all() {
    return List.of(
        new Workload(
            "memory-10mb",
            "10 MB of 1 KiB records a second, produced and consumed: resident memory",
            Deployment.ONE_BROKER,
            new MemoryAtRateProcedure(1 << 10, 10_000_000)),
        new Workload(
            "smallest-heap",
            "the smallest -Xmx with which 20,000 records of 1 KiB are taken and given back",
            Deployment.ONE_BROKER,
            new SmallestHeapProcedure()));
  }
}
