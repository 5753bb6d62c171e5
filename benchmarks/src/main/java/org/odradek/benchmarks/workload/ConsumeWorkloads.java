package org.odradek.benchmarks.workload;

import java.util.List;
import org.odradek.benchmarks.systems.Deployment;

/** Consuming what is in the page cache and what is not, and beside a producer. */
final class ConsumeWorkloads {
  private ConsumeWorkloads() {}

  static List<Workload> all() {
    return List.of(
        consume("consume-100b-cached", 100, false),
        consume("consume-1k-cached", 1 << 10, false),
        consume("consume-1k-cold", 1 << 10, true),
        new Workload(
            "produce-and-consume-1k",
            "1 KiB records, acks=1, a producer and a consumer together",
            Deployment.ONE_BROKER,
            new ProduceAndConsumeProcedure(1 << 10)));
  }

  private static Workload consume(String name, int size, boolean isCold) {
    return new Workload(
        name,
        size
            + " B records, consumed "
            + (isCold
                ? "from files that were dropped from the page cache while the broker was down"
                : "from the page cache"),
        Deployment.ONE_BROKER,
        new ConsumeProcedure(size, isCold, 0));
  }
}
