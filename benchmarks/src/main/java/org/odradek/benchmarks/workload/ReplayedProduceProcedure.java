package org.odradek.benchmarks.workload;

import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.accounting.Usage;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * Produce requests that were made beforehand, as fast as the broker takes them.
 *
 * @param size bytes of a record's value
 */
record ReplayedProduceProcedure(int size) implements Procedure {
  /** A broker with one processor, which shares it with its compilers, takes seconds for them. */
  private static final long RECORDS = 12_000_000;

  @Override
  public double seconds(Scale scale, Deployment deployment, boolean hasRates) {
    return RunTimes.cluster(deployment)
        + RunTimes.TOPIC
        + RunTimes.transfer(2 * records(scale), size, deployment);
  }

  /** What is shorter than that measures compilers. */
  private static long records(Scale scale) {
    return scale.isQuick() ? scale.mostRecords() : RECORDS;
  }

  @Override
  public void measure(Run run) {
    try (RunningCluster cluster = run.newCluster().start()) {
      ServerAccounting accounting = cluster.accounting();
      Clients clients = run.clientsOf(cluster);
      clients.createTopic("measured", ProduceWorkloads.PARTITIONS, 1, Map.of());
      String records = Long.toString(records(run.scale()));
      Map<String, String> arguments =
          Map.of(
              "topic",
              "measured",
              "size",
              Integer.toString(size),
              "partitions",
              Integer.toString(ProduceWorkloads.PARTITIONS),
              "warmup",
              records,
              "records",
              records);
      try (var process = clients.program("replayed-produce", arguments, Map.of())) {
        process.awaitMeasuring();
        Usage before = accounting.usage();
        process.go();
        Map<String, Double> found = process.figures();
        run.putSent(found, size, accounting.usage().since(before));
      }
    }
  }
}
