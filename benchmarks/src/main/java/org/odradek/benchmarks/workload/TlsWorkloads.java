package org.odradek.benchmarks.workload;

import java.util.List;
import java.util.Map;
import org.odradek.benchmarks.systems.Deployment;

/** Over TLS, with a certificate on a P-256 key; the clients show none. */
final class TlsWorkloads {
  // Both systems go on compiling for gigabytes; of the first one it is a large part of the CPU.
  private static final int PRODUCE_WARMUPS = 4;
  private static final int CONSUME_WARMUPS = 2;

  private TlsWorkloads() {}

  static List<Workload> all() {
    Deployment tls = Deployment.ONE_BROKER.withTls();
    return List.of(
        new Workload(
            "tls-produce-1k",
            "1 KiB records, acks=1, over TLS; the broker is warm",
            tls,
            new ProduceProcedure(
                    1 << 10,
                    "1",
                    ProduceWorkloads.PARTITIONS,
                    1,
                    Map.of(),
                    Map.of(),
                    ProduceProcedure.ACKNOWLEDGED)
                .withMoreWarmups(PRODUCE_WARMUPS)),
        new Workload(
            "tls-consume-1k",
            "1 KiB records, consumed from the page cache over TLS; the broker is warm",
            tls,
            new ConsumeProcedure(1 << 10, false, CONSUME_WARMUPS)));
  }
}
