package org.odradek.benchmarks.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.odradek.benchmarks.systems.Deployment;

/** Each codec: kept as the producer chose it, and recompressed by the broker to another one. */
final class CodecWorkloads {
  private static final Map<String, String> RECOMPRESSED_TO =
      Map.of("gzip", "lz4", "snappy", "lz4", "lz4", "zstd", "zstd", "lz4", "none", "zstd");

  private CodecWorkloads() {}

  static List<Workload> all() {
    var workloads = new ArrayList<Workload>();
    for (String codec : List.of("gzip", "snappy", "lz4", "zstd")) {
      workloads.add(produce("codec-" + codec, codec, "producer", "kept by the broker"));
    }
    for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
      String to = RECOMPRESSED_TO.getOrDefault(codec, "zstd");
      workloads.add(produce("recompress-" + codec + "-" + to, codec, to, "recompressed to " + to));
    }
    return workloads;
  }

  private static Workload produce(String name, String codec, String ofTopic, String how) {
    return new Workload(
        name,
        "1 KiB records of random capital letters, " + codec + ", " + how + ", acks=1",
        Deployment.ONE_BROKER,
        new ProduceProcedure(
            1 << 10,
            "1",
            ProduceWorkloads.PARTITIONS,
            1,
            Map.of("compression.type", codec),
            Map.of("compression.type", ofTopic),
            ProduceProcedure.ACKNOWLEDGED));
  }
}
