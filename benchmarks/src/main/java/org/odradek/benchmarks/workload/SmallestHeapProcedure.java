package org.odradek.benchmarks.workload;

import java.time.Duration;
import java.util.Map;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * Looks by halving for the smallest heap with which a broker starts, takes records and gives them
 * back, and still runs then.
 */
record SmallestHeapProcedure() implements Procedure {
  private static final int[] CANDIDATES_MIB = {
    8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 384, 512
  };
  private static final int SIZE = 1 << 10;
  private static final int RECORDS = 20_000;

  /** How long each step may take: a broker without memory does not always end, it may hang. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Override
  public double seconds(Scale scale, Deployment deployment, boolean hasRates) {
    double tries = Math.ceil(Math.log(CANDIDATES_MIB.length) / Math.log(2));
    double served = RunTimes.cluster(deployment) + RunTimes.TOPIC + 2 * RunTimes.CLIENT;
    // About half of them do not serve, which shows only after a while.
    return tries * (served + LIMIT.toSeconds() / 4.0);
  }

  @Override
  public void measure(Run run) {
    int serves = CANDIDATES_MIB.length;
    int fails = -1;
    while (serves - fails > 1) {
      int middle = (serves + fails) / 2;
      if (serves(run, CANDIDATES_MIB[middle])) {
        serves = middle;
      } else {
        fails = middle;
      }
    }
    if (serves == CANDIDATES_MIB.length) {
      throw new CannotRunException(
          "it does not serve even with " + CANDIDATES_MIB[serves - 1] + " MiB");
    }
    run.put(Figure.SMALLEST_HEAP, CANDIDATES_MIB[serves]);
  }

  private static boolean serves(Run run, int heapMib) {
    Deployment deployment =
        run.deployment().withHeap("-Xms" + Math.min(heapMib, 16) + "m -Xmx" + heapMib + "m");
    try (RunningCluster cluster = run.newCluster(deployment)) {
      cluster.start(LIMIT);
      Clients clients = run.clientsOf(cluster).within(LIMIT);
      clients.createTopic("small", ProduceWorkloads.PARTITIONS, 1, Map.of());
      clients.produce("small", RECORDS, SIZE, Map.of("acks", "1", "delivery.timeout.ms", "40000"));
      clients.consume("small", RECORDS, Map.of());
      boolean stillRuns = cluster.isRunning();
      run.note(heapMib + " MiB: " + (stillRuns ? "serves" : "ended"));
      return stillRuns;
    } catch (RuntimeException | AssertionError e) {
      run.note(heapMib + " MiB: does not serve: " + firstLine(e));
      return false;
    }
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
