package org.odradek.benchmarks.workload;

import java.util.List;
import java.util.Map;
import org.odradek.benchmarks.systems.Deployment;

/** One record in each batch: what a request and a batch cost, apart from their bytes. */
final class SmallBatchWorkloads {
  private static final int FEWER = 3;

  private SmallBatchWorkloads() {}

  static List<Workload> all() {
    return List.of(
        batches("batch1-100-partitions", "", Deployment.ONE_BROKER),
        batches(
            "batch1-100-partitions-pinned",
            ", the broker on processor 0, the client on the others",
            Deployment.ONE_BROKER.pinnedTo("0")));
  }

  private static Workload batches(String name, String where, Deployment deployment) {
    return new Workload(
        name,
        "100 B records, one in each batch (batch.size=0), acks=1, 100 partitions" + where,
        deployment,
        new ParallelProcedure(
            100, 100, 1, FEWER, Map.of("batch.size", "0", "linger.ms", "0", "acks", "1")));
  }
}
