package org.odradek.benchmarks.workload;

import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * One consumer drains a backlog that is larger than the memory of the broker's control group,
 * others' records come and are consumed at the end of another topic at a fixed rate: how long those
 * take.
 *
 * @param backlogMib more than the deployment's memory limit
 * @param tailRate records of 1 KiB a second
 */
record BacklogProcedure(int backlogMib, int tailRate) implements Procedure {
  private static final int SIZE = 1 << 10;
  private static final int BACKLOG_SIZE = 10 << 10;
  private static final int PARTITIONS = 6;

  @Override
  public void measure(Run run) {
    if (!RunningCluster.canLimitMemory()) {
      throw new CannotRunException(
          "memory is limited by a control group of version 1, which needs root and is not here");
    }
    try (RunningCluster cluster = run.newCluster().start()) {
      Clients clients = run.clientsOf(cluster);
      ServerAccounting accounting = cluster.accounting();
      clients.createTopic("backlog", PARTITIONS, 1, Map.of());
      clients.createTopic("tailed", PARTITIONS, 1, Map.of());
      int mib = run.scale() == Scale.FULL ? backlogMib * 2 : backlogMib;
      clients.produce(
          "backlog", mib * (1L << 20) / BACKLOG_SIZE, BACKLOG_SIZE, Map.of("acks", "1"));
      var before = accounting.usage();
      Map<String, Double> found =
          new FixedRate("tail-while-draining", "tailed", SIZE, Map.of("acks", "1"))
              .measureAt(run, clients, accounting, tailRate, Map.of("backlog", "backlog"));
      run.put(Figure.DISK_READ, accounting.usage().since(before).readBytes() / 1e6);
      run.put(Figure.DRAIN_RATE, FixedRate.value(found, "drained.mb.per.second"));
      run.put(Figure.DRAIN_ROUNDS, FixedRate.value(found, "drained.rounds"));
      run.measureMemory(accounting);
    }
  }
}
