package org.odradek.benchmarks.workload;

import java.util.Map;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * Measures a start from the launch of the process to acknowledged records, by a client that waits
 * for it.
 */
final class Starts {
  /** Seconds from the launch to the first record, and to one of each partition. */
  record Acknowledged(double firstSeconds, double allSeconds) {}

  private Starts() {}

  /** Launches a cluster of one broker that does not run. */
  static Acknowledged measure(
      RunningCluster cluster, Clients clients, String topic, int partitions) {
    Map<String, String> arguments =
        Map.of("topic", topic, "partitions", Integer.toString(partitions));
    try (var process = clients.program("first-acknowledgement", arguments, Map.of())) {
      process.awaitMeasuring();
      process.go();
      long launched = System.currentTimeMillis();
      cluster.launch();
      Map<String, Double> found = process.figures();
      return new Acknowledged(
          (FixedRate.value(found, "first.at.ms") - launched) / 1e3,
          (FixedRate.value(found, "all.at.ms") - launched) / 1e3);
    }
  }
}
