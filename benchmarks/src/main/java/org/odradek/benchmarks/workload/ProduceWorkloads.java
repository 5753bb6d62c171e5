package org.odradek.benchmarks.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.odradek.benchmarks.systems.Deployment;

/** Producing to one broker, by size of the records, acks, and with or without linger. */
final class ProduceWorkloads {
  static final int PARTITIONS = 6;
  private static final Map<String, Integer> SIZES =
      Map.of("100b", 100, "1k", 1 << 10, "10k", 10 << 10, "100k", 100 << 10);

  private ProduceWorkloads() {}

  static List<Workload> all() {
    var workloads = new ArrayList<Workload>();
    for (String size : List.of("100b", "1k", "10k", "100k")) {
      for (String acks : List.of("0", "1", "all")) {
        for (boolean lingers : new boolean[] {true, false}) {
          workloads.add(produce(size, acks, lingers));
        }
      }
    }
    workloads.add(pinned());
    workloads.add(replayed());
    return workloads;
  }

  private static Workload produce(String size, String acks, boolean lingers) {
    int bytes = SIZES.getOrDefault(size, 0);
    return new Workload(
        "produce-" + size + "-acks" + acks + (lingers ? "" : "-linger0"),
        bytes
            + " B records, acks="
            + acks
            + ", "
            + PARTITIONS
            + " partitions, "
            + (lingers ? "the client's defaults" : "linger.ms=0"),
        Deployment.ONE_BROKER,
        new ProduceProcedure(
            bytes,
            acks,
            PARTITIONS,
            1,
            lingers ? Map.of() : Map.of("linger.ms", "0"),
            Map.of(),
            ProduceProcedure.ACKNOWLEDGED));
  }

  private static Workload pinned() {
    return new Workload(
        "produce-100b-pinned",
        "100 B records, acks=1, the broker on processor 0, the client on the others",
        Deployment.ONE_BROKER.pinnedTo("0"),
        new ProduceProcedure(
            100, "1", PARTITIONS, 1, Map.of(), Map.of(), ProduceProcedure.ACKNOWLEDGED));
  }

  /** Where even a processor of its own does not make the broker the limit, this client does. */
  private static Workload replayed() {
    return new Workload(
        "produce-100b-replayed-pinned",
        "requests made beforehand (100 B records, a batch of 16 KiB for each of "
            + PARTITIONS
            + " partitions, acks=1), the broker on processor 0, the client on the others",
        Deployment.ONE_BROKER.pinnedTo("0"),
        new ReplayedProduceProcedure(100));
  }
}
