package org.odradek.benchmarks.workload;

import java.util.List;
import java.util.Map;
import org.odradek.benchmarks.systems.Deployment;

/** Three brokers with three replicas of everything; figures of the brokers are their sums. */
final class ReplicatedWorkloads {
  private ReplicatedWorkloads() {}

  static List<Workload> all() {
    return List.of(
        produce("replicated-100b", 100, ProduceProcedure.ACKNOWLEDGED),
        produce("replicated-1k", 1 << 10, ProduceProcedure.ACKNOWLEDGED),
        produce("replicated-1k-end-to-end", 1 << 10, ProduceProcedure.END_TO_END));
  }

  private static Workload produce(String name, int size, String latencyProgram) {
    return new Workload(
        name,
        size + " B records, acks=all, three brokers, three replicas, min.insync.replicas=2",
        Deployment.THREE_BROKERS,
        new ProduceProcedure(
            size,
            "all",
            ProduceWorkloads.PARTITIONS,
            3,
            Map.of(),
            Map.of("min.insync.replicas", "2"),
            latencyProgram));
  }
}
