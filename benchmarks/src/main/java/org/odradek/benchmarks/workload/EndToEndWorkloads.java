package org.odradek.benchmarks.workload;

import java.util.List;
import java.util.Map;
import org.odradek.benchmarks.systems.Deployment;

/** From when a record is due to the consumer that polls it. */
final class EndToEndWorkloads {
  private EndToEndWorkloads() {}

  static List<Workload> all() {
    return List.of(
        endToEnd("end-to-end-100b", 100, Map.of(), "the clients' defaults"),
        endToEnd("end-to-end-1k-linger0", 1 << 10, Map.of("linger.ms", "0"), "linger.ms=0"));
  }

  private static Workload endToEnd(
      String name, int size, Map<String, String> settings, String how) {
    return new Workload(
        name,
        size + " B records, acks=1, " + how + ", latency up to a consumer's poll",
        Deployment.ONE_BROKER,
        new ProduceProcedure(
            size,
            "1",
            ProduceWorkloads.PARTITIONS,
            1,
            settings,
            Map.of(),
            ProduceProcedure.END_TO_END));
  }
}
