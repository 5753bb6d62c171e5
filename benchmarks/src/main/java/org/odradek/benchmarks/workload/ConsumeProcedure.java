package org.odradek.benchmarks.workload;

import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.accounting.Usage;
import org.odradek.benchmarks.systems.PageCache;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * Fills a topic and consumes it by kafka-consumer-perf-test.
 *
 * @param size bytes of a record's value
 * @param isCold whether the broker is stopped in between, its files dropped from the page cache,
 *     and started again
 * @param producerSettings of what fills the topic
 */
record ConsumeProcedure(int size, boolean isCold, Map<String, String> producerSettings)
    implements Procedure {
  private static final int PARTITIONS = 6;

  @Override
  public void measure(Run run) {
    try (RunningCluster cluster = run.newCluster().start()) {
      Clients clients = run.clientsOf(cluster);
      run.measureIdleMemory(cluster.accounting());
      long records = run.scale().records(size);
      long warmup = run.scale().warmupRecords(size);
      clients.createTopic("warm", PARTITIONS, 1, Map.of());
      clients.createTopic("measured", PARTITIONS, 1, Map.of());
      clients.produce("warm", warmup, size, producerSettings);
      clients.produce("measured", records, size, producerSettings);
      if (isCold) {
        cluster.stop();
        PageCache.drop(cluster.data());
        cluster.start();
      }
      clients.consume("warm", warmup, Map.of());
      ServerAccounting accounting = cluster.accounting();
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
