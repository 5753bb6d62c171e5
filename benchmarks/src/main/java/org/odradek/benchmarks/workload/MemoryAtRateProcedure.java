package org.odradek.benchmarks.workload;

import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.RunningCluster;

/** Memory at a steady load of small rate, with the heap that each system is shipped with. */
record MemoryAtRateProcedure(int size, int bytesPerSecond) implements Procedure {
  private static final int PARTITIONS = 6;

  @Override
  public double seconds(Scale scale, Deployment deployment, boolean hasRates) {
    return RunTimes.cluster(deployment)
        + scale.idleSeconds()
        + RunTimes.TOPIC
        + RunTimes.fixedRate(scale);
  }

  @Override
  public void measure(Run run) {
    try (RunningCluster cluster = run.newCluster().start()) {
      Clients clients = run.clientsOf(cluster);
      ServerAccounting accounting = cluster.accounting();
      run.measureIdleMemory(accounting);
      clients.createTopic("steady", PARTITIONS, 1, Map.of());
      double rate = (double) bytesPerSecond / size;
      FixedRate.Found found =
          new FixedRate("end-to-end", "steady", size, Map.of("acks", "1"))
              .measureAt(run, clients, accounting, rate, Map.of());
      run.put(Figure.CPU_PER_MILLION, found.cpuPerMillion());
      run.put(Figure.MEMORY_UNDER_LOAD, accounting.residentMib());
      run.measureMemory(accounting);
    }
  }
}
