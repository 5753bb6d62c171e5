package org.odradek.benchmarks.workload;

import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.accounting.Usage;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * A producer as fast as it can, and a consumer that reads along. The time ends with the last record
 * read.
 */
record ProduceAndConsumeProcedure(int size) implements Procedure {
  private static final int PARTITIONS = 6;

  @Override
  public double seconds(Scale scale, Deployment deployment, boolean hasRates) {
    long records = scale.records(size) + scale.warmupRecords(size);
    return RunTimes.cluster(deployment)
        + scale.idleSeconds()
        + 2 * RunTimes.TOPIC
        + RunTimes.CLIENT
        + 2 * RunTimes.transfer(records, size, deployment);
  }

  @Override
  public void measure(Run run) {
    try (RunningCluster cluster = run.newCluster().start()) {
      Clients clients = run.clientsOf(cluster);
      ServerAccounting accounting = cluster.accounting();
      run.measureIdleMemory(accounting);
      both("warm", run.scale().warmupRecords(size), clients);
      Usage before = accounting.usage();
      Map<String, Double> found = both("measured", run.scale().records(size), clients);
      long records = (long) FixedRate.value(found, "records");
      run.putCost(accounting.usage().since(before), records, size);
      run.putThroughput(records, size, FixedRate.value(found, "seconds"));
      run.measureMemory(accounting);
    }
  }

  private Map<String, Double> both(String topic, long records, Clients clients) {
    clients.createTopic(topic, PARTITIONS, 1, Map.of());
    Map<String, String> arguments =
        Map.of("topic", topic, "size", Integer.toString(size), "records", Long.toString(records));
    try (var process = clients.program("produce-and-consume", arguments, Map.of("acks", "1"))) {
      return process.figures();
    }
  }
}
