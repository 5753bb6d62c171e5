package org.odradek.benchmarks.workload;

import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.accounting.ThreadAllocations;
import org.odradek.benchmarks.accounting.Usage;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * Several producers in one process, each record to the next partition, as fast as they can.
 *
 * @param size bytes of a record's value
 * @param producers their number
 * @param fewer how many times fewer records than the scale has, as each costs more here
 * @param clientSettings of the producers
 */
record ParallelProcedure(
    int size, int partitions, int producers, int fewer, Map<String, String> clientSettings)
    implements Procedure {
  // What is sent in this way comes in small batches, or waits for the disk.
  private static final int TIMES_SLOWER = 6;

  @Override
  public double seconds(Scale scale, Deployment deployment, boolean hasRates) {
    long records = scale.records(size) + scale.warmupRecords(size);
    return RunTimes.cluster(deployment)
        + scale.idleSeconds()
        + RunTimes.TOPIC
        + RunTimes.transfer(TIMES_SLOWER * records / fewer, size, deployment);
  }

  @Override
  public void measure(Run run) {
    try (RunningCluster cluster = run.newCluster().start()) {
      ServerAccounting accounting = cluster.accounting();
      run.measureIdleMemory(accounting);
      Clients clients = run.clientsOf(cluster);
      clients.createTopic("measured", partitions, 1, Map.of());
      measureOn("measured", run, clients, accounting);
      run.measureMemory(accounting);
    }
  }

  /** The same on a topic that is there. */
  void measureOn(String topic, Run run, Clients clients, ServerAccounting accounting) {
    Map<String, String> arguments =
        Map.of(
            "topic", topic,
            "size", Integer.toString(size),
            "partitions", Integer.toString(partitions),
            "producers", Integer.toString(producers),
            "warmup", Long.toString(run.scale().warmupRecords(size) / fewer),
            "records", Long.toString(run.scale().records(size) / fewer));
    try (var process = clients.program("parallel-produce", arguments, clientSettings)) {
      process.awaitMeasuring();
      ThreadAllocations allocatedBefore = accounting.allocations();
      Usage before = accounting.usage();
      process.go();
      Map<String, Double> found = process.figures();
      Usage used = accounting.usage().since(before);
      double allocated = accounting.allocations().since(allocatedBefore);
      run.putSent(found, size, used);
      run.put(Figure.ALLOCATED_PER_REQUEST, allocated / FixedRate.value(found, "requests") / 1024);
    }
  }
}
