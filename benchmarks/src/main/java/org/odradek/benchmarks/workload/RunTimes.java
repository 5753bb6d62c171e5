package org.odradek.benchmarks.workload;

import java.util.Map;
import org.odradek.benchmarks.systems.Deployment;

/**
 * About how long the parts of a run take, in seconds, on a machine with two processors that has
 * nothing else to do: for planning, so that a choice of workloads fits into the time that there is.
 */
final class RunTimes {
  /** A JVM with a client of Kafka, from its start to its first record, and its end. */
  static final double CLIENT = 2.5;

  static final double TOPIC = 0.7;

  private static final double RECORDS_PER_SECOND = 350_000;
  private static final double BYTES_PER_SECOND = 170e6;
  private static final Map<String, Double> TIMES_FOR_CODEC =
      Map.of("gzip", 6.0, "zstd", 1.5, "snappy", 1.2, "lz4", 1.2);

  private RunTimes() {}

  /** ZooKeeper or formatting, the brokers' start, their end. */
  static double cluster(Deployment deployment) {
    return 4 + 2.5 * deployment.brokers();
  }

  /** One producer or one consumer with its own process, as fast as it can. */
  static double transfer(long records, int size, Deployment deployment) {
    double seconds = records / RECORDS_PER_SECOND + (double) records * size / BYTES_PER_SECOND;
    return CLIENT + seconds * (deployment.isTls() ? 1.3 : 1) * deployment.brokers();
  }

  /** How many times longer a producer takes that compresses so. */
  static double timesFor(String codec) {
    return TIMES_FOR_CODEC.getOrDefault(codec, 1.0);
  }

  /** A load at a fixed rate. */
  static double fixedRate(Scale scale) {
    return CLIENT + scale.warmupSeconds() + scale.measuredSeconds();
  }
}
