package org.odradek.benchmarks.workload;

import java.util.ArrayList;
import org.odradek.benchmarks.statistics.Spread;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * From the launch on empty directories to the first acknowledged record of a topic that the broker
 * makes for it. ZooKeeper, where there is one, runs already; KRaft's directories are formatted
 * already.
 *
 * @param times how often in a run; the median counts
 */
record StartProcedure(int times) implements Procedure {

  @Override
  public double seconds(Scale scale, Deployment deployment, boolean hasRates) {
    return scale.reduced(times) * 2 * (RunTimes.cluster(deployment) + RunTimes.CLIENT)
        + scale.idleSeconds();
  }

  @Override
  public void measure(Run run) {
    var millis = new ArrayList<Double>();
    for (int i = 0; i < run.scale().reduced(times); i++) {
      try (RunningCluster cluster = run.newCluster()) {
        millis.add(1e3 * Starts.measure(run, cluster, "first", 1).firstSeconds());
        if (i == 0) {
          run.measureIdleMemory(cluster.accounting()); // once: it takes longer than a start
        }
      }
    }
    run.put(Figure.FIRST_ACKNOWLEDGED, Spread.of(millis).median());
  }
}
