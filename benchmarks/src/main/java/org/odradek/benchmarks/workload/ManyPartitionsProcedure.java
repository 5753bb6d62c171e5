package org.odradek.benchmarks.workload;

import java.time.Duration;
import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.accounting.Usage;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * The life of a broker with many partitions: made, idle, written to, stopped, started, killed,
 * started.
 */
record ManyPartitionsProcedure(int partitions) implements Procedure {
  private static final int SIZE = 100;
  private static final int FEWER = 3;

  @Override
  public double seconds(Scale scale, Deployment deployment, boolean hasRates) {
    double each = partitions / 1_000.0;
    return RunTimes.cluster(deployment)
        + 4 * scale.idleSeconds()
        + 5 * each // made
        + RunTimes.transfer(2 * scale.records(SIZE) / FEWER, SIZE, deployment)
        + 4 * each // stopped
        + 2 * (RunTimes.cluster(deployment) + 6 + 4 * each); // started twice, after practice
  }

  @Override
  public void measure(Run run) {
    try (RunningCluster cluster = run.newCluster().start()) {
      Clients clients = run.clientsOf(cluster);
      ServerAccounting accounting = cluster.accounting();
      create(run, clients);
      measureIdle(run, accounting);
      new ParallelProcedure(SIZE, partitions, 1, FEWER, Map.of("acks", "1"))
          .measureOn("many", run, clients, accounting);
      run.measureMemory(accounting);
      long start = System.nanoTime();
      cluster.stop();
      run.put(Figure.STOP, secondsSince(start));
      run.put(Figure.START_CLEAN, Starts.measure(run, cluster, "many", partitions).allSeconds());
      cluster.kill();
      run.put(Figure.START_KILLED, Starts.measure(run, cluster, "many", partitions).allSeconds());
    }
  }

  /**
   * Kafka 4 tells of leaders before they have their logs: what counts is that all take a record.
   */
  private void create(Run run, Clients clients) {
    try (LoadProcess process = Starts.client(clients, "many", partitions, "")) {
      process.awaitMeasuring();
      long startMillis = System.currentTimeMillis();
      long start = System.nanoTime();
      clients.createTopic("many", partitions, 1, Map.of());
      run.put(Figure.CREATE, secondsSince(start));
      process.go();
      double allAtMillis = FixedRate.value(process.figures(), "all.at.ms");
      run.put(Figure.CREATE_TAKEN, (allAtMillis - startMillis) / 1e3);
    }
  }

  private static void measureIdle(Run run, ServerAccounting accounting) {
    Duration time = Duration.ofSeconds(run.scale().idleSeconds());
    // What is left to do after the creation is not idle.
    Run.rest(time);
    Usage before = accounting.usage();
    long start = System.nanoTime();
    Run.rest(time.multipliedBy(3));
    double cpu = accounting.usage().since(before).cpuSeconds();
    run.put(Figure.IDLE_CPU, 100 * cpu / secondsSince(start));
    run.put(Figure.MEMORY_WITH_PARTITIONS, accounting.residentMib());
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
