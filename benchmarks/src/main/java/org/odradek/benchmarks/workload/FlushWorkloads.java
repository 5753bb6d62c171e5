package org.odradek.benchmarks.workload;

import java.util.List;
import java.util.Map;
import org.odradek.benchmarks.systems.Deployment;

/** Every message forced to the disk before it is acknowledged. */
final class FlushWorkloads {
  private static final int FEWER = 60;

  private FlushWorkloads() {}

  static List<Workload> all() {
    return List.of(flush("flush1-1-producer", 1), flush("flush1-8-producers", 8));
  }

  private static Workload flush(String name, int producers) {
    return new Workload(
        name,
        "100 B records, log.flush.interval.messages=1, acks=1, linger.ms=0, 6 partitions,"
            + " producers: "
            + producers,
        Deployment.ONE_BROKER.with("log.flush.interval.messages", "1"),
        new ParallelProcedure(
            100,
            ProduceWorkloads.PARTITIONS,
            producers,
            FEWER,
            Map.of("acks", "1", "linger.ms", "0", "batch.size", "1000")));
  }
}
