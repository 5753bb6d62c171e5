package org.odradek.benchmarks.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PerfToolOutputTest {
  @Test
  void theLastSummaryOfTheProducerCounts() {
    String output =
        """
        210311 records sent, 42062.2 records/sec (4.01 MB/sec), 1505.1 ms avg latency, 2114.0 ms max latency.
        300000 records sent, 50985.723997 records/sec (4.86 MB/sec), 1407.22 ms avg latency, 2114.00 ms max latency, 1500 ms 50th, 2000 ms 95th, 2050 ms 99th, 2110 ms 99.9th.

        Metric Name                                                              Value
        producer-metrics:request-rate:{client-id=perf-producer-client}         : 91.333
        producer-metrics:request-total:{client-id=perf-producer-client}        : 2120.000
        producer-node-metrics:request-total:{client-id=perf-producer-client, node-id=node-0} : 2117.000
        """;
    assertEquals(
        new PerfToolOutput.Produced(300_000, 50985.723997, 2120), PerfToolOutput.produced(output));
  }

  @Test
  void aProducerThatDidNotComeToItsEndIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> PerfToolOutput.produced("210311 records sent, 42062.2 records/sec (4.01 MB/sec)"));
  }

  @Test
  void theConsumersTimeIsThatOfFetching() {
    String output =
        """
        WARNING: something
        2026-11-22 15:00:00:123, 2026-11-22 15:00:05:123, 97.6562, 19.5312, 1000000, 200000.0, 3000, 2000, 48.8281, 500000.0
        """;
    assertEquals(new PerfToolOutput.Consumed(1_000_000, 2), PerfToolOutput.consumed(output));
    assertThrows(IllegalArgumentException.class, () -> PerfToolOutput.consumed("nothing"));
  }
}
