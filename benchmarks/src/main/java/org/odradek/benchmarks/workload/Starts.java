package org.odradek.benchmarks.workload;

import java.util.Map;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * Measures a start from the launch of the process to acknowledged records, by a client that waits
 * for it, and has worked with another broker before: clients run longer than brokers that start.
 */
final class Starts {
  /** Seconds from the launch to the first record, and to one of each partition. */
  record Acknowledged(double firstSeconds, double allSeconds) {}

  private Starts() {}

  /** Launches a cluster of one broker that does not run. */
  static Acknowledged measure(Run run, RunningCluster cluster, String topic, int partitions) {
    try (LoadProcess process = practised(run, cluster, topic, partitions)) {
      process.go();
      long launched = System.currentTimeMillis();
      cluster.launch();
      Map<String, Double> found = process.figures();
      return new Acknowledged(
          (FixedRate.value(found, "first.at.ms") - launched) / 1e3,
          (FixedRate.value(found, "all.at.ms") - launched) / 1e3);
    }
  }

  private static LoadProcess practised(
      Run run, RunningCluster cluster, String topic, int partitions) {
    try (RunningCluster practice = run.newCluster(Deployment.ONE_BROKER).start()) {
      LoadProcess process = client(run.clientsOf(cluster), topic, partitions, practice.bootstrap());
      process.awaitMeasuring(); // or it has ended
      return process;
    }
  }

  /**
   * A client that says when it is ready and sends to all partitions when it is let go.
   *
   * @param practice where a broker runs that it may practise with, or empty
   */
  static LoadProcess client(Clients clients, String topic, int partitions, String practice) {
    return clients.program(
        "first-acknowledgement",
        Map.of("topic", topic, "partitions", Integer.toString(partitions), "practice", practice),
        Map.of());
  }
}
