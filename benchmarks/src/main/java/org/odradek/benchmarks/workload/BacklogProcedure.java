package org.odradek.benchmarks.workload;

import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.accounting.Usage;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.PageCache;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * One consumer drains a backlog that is larger than the memory of the broker's control group,
 * others' records come and are consumed at the end of another topic at a fixed rate: how long those
 * take. The two clients are processes of their own, and the draining one has a lower priority: what
 * counts is how the broker treats the tail, not how clients share the processors.
 *
 * @param backlogMib more than the deployment's memory limit
 * @param tailRate records of 1 KiB a second
 */
record BacklogProcedure(int backlogMib, int tailRate) implements Procedure {
  private static final int SIZE = 1 << 10;
  private static final int BACKLOG_SIZE = 10 << 10;
  private static final int PARTITIONS = 6;

  @Override
  public double seconds(Scale scale, Deployment deployment, boolean hasRates) {
    long records = backlogMib(scale) * (1L << 20) / BACKLOG_SIZE;
    return RunTimes.cluster(deployment)
        + 2 * RunTimes.TOPIC
        + RunTimes.transfer(records, BACKLOG_SIZE, deployment)
        + RunTimes.fixedRate(scale);
  }

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
      clients.produce(
          "backlog",
          backlogMib(run.scale()) * (1L << 20) / BACKLOG_SIZE,
          BACKLOG_SIZE,
          Map.of("acks", "1"));
      // A backlog is old: what is still to be written to the disk would be in the way of the tail.
      PageCache.drop(cluster.data());
      try (var drain = clients.yielding().program("drain", Map.of("topic", "backlog"), Map.of())) {
        drain.awaitMeasuring();
        Usage before = accounting.usage();
        FixedRate.Found _ =
            new FixedRate("end-to-end", "tailed", SIZE, Map.of("acks", "1"))
                .measureAt(run, clients, accounting, tailRate, Map.of());
        drain.go(); // to its end
        Map<String, Double> found = drain.figures();
        Usage used = accounting.usage().since(before);
        run.put(Figure.DISK_READ, used.readBytes() / 1e6);
        run.put(Figure.DRAIN_RATE, FixedRate.value(found, "drained.mb.per.second"));
        run.put(Figure.DRAIN_ROUNDS, FixedRate.value(found, "drained.rounds"));
        // Who drains more in the same time uses more for it: only a share of it can be compared.
        double megabytes = FixedRate.value(found, "drained.mb");
        run.put(Figure.CPU_PER_GB_DRAINED, used.cpuSeconds() / megabytes * 1e3);
      }
      run.measureMemory(accounting);
    }
  }

  /** Never less than the memory: it would not be cold. */
  private long backlogMib(Scale scale) {
    return Math.round(backlogMib * Math.max(1, 2 * scale.share()));
  }
}
