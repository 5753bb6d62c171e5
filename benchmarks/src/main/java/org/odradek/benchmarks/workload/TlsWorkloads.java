package org.odradek.benchmarks.workload;

import java.util.List;
import java.util.Map;
import org.odradek.benchmarks.systems.Deployment;

/** Over TLS, with a certificate on a P-256 key; the clients show none. */
final class TlsWorkloads {
  private TlsWorkloads() {}

  static List<Workload> all() {
    Deployment tls = Deployment.ONE_BROKER.withTls();
    return List.of(
        new Workload(
            "tls-produce-1k",
            "1 KiB records, acks=1, over TLS",
            tls,
            new ProduceProcedure(
                1 << 10,
                "1",
                ProduceWorkloads.PARTITIONS,
                1,
                Map.of(),
                Map.of(),
                ProduceProcedure.ACKNOWLEDGED)),
        new Workload(
            "tls-consume-1k",
            "1 KiB records, consumed from the page cache over TLS",
            tls,
            new ConsumeProcedure(1 << 10, false, Map.of())));
  }
}
