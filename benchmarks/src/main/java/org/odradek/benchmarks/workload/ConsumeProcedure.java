package org.odradek.benchmarks.workload;

import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.accounting.Usage;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.PageCache;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * Fills a topic and consumes it by kafka-consumer-perf-test.
 *
 * @param size bytes of a record's value
 * @param isCold whether the broker is stopped in between, its files dropped from the page cache,
 *     and started again
 * @param moreWarmups how often all of it is read beforehand, after the usual warm-up, for what
 *     takes long to compile; what a fresh broker takes is then a figure too
 */
record ConsumeProcedure(int size, boolean isCold, int moreWarmups) implements Procedure {
  private static final int PARTITIONS = 6;

  @Override
  public double seconds(Scale scale, Deployment deployment, boolean hasRates) {
    long records = scale.records(size);
    long warmup = scale.warmupRecords(size);
    double reading = RunTimes.transfer(records, size, deployment);
    return RunTimes.cluster(deployment) * (isCold ? 2 : 1)
        + scale.idleSeconds()
        + 2 * RunTimes.TOPIC
        + 2 * RunTimes.transfer(warmup, size, deployment)
        + RunTimes.transfer(records, size, deployment)
        + reading * (1 + (moreWarmups > 0 ? scale.repeated(moreWarmups) : 0));
  }

  @Override
  public void measure(Run run) {
    try (RunningCluster cluster = run.newCluster().start()) {
      Clients clients = run.clientsOf(cluster);
      run.measureIdleMemory(cluster.accounting());
      long records = run.scale().records(size);
      long warmup = run.scale().warmupRecords(size);
      clients.createTopic("warm", PARTITIONS, 1, Map.of());
      clients.createTopic("measured", PARTITIONS, 1, Map.of());
      clients.produce("warm", warmup, size, Map.of());
      clients.produce("measured", records, size, Map.of());
      if (isCold) {
        cluster.stop();
        PageCache.drop(cluster.data());
        cluster.start();
      }
      ServerAccounting accounting = cluster.accounting();
      Usage fresh = accounting.usage();
      clients.consume("warm", warmup, Map.of());
      if (moreWarmups > 0) {
        run.putFreshCost(accounting.usage().since(fresh), warmup, size);
      }
      int more = moreWarmups > 0 ? run.scale().repeated(moreWarmups) : 0;
      for (int i = 0; i < more; i++) {
        clients.consume("measured", records, Map.of());
      }
      Usage before = accounting.usage();
      PerfToolOutput.Consumed consumed = clients.consume("measured", records, Map.of());
      Usage used = accounting.usage().since(before);
      run.putCost(used, consumed.records(), size);
      run.putThroughput(consumed.records(), size, consumed.seconds());
      if (isCold && used.readBytes() < records * size / 2) {
        run.note(
            "only "
                + used.readBytes() / 1_000_000
                + " MB came from the disk: the files were not as cold as they should be");
      }
      run.measureMemory(accounting);
    }
  }
}
