package org.odradek.benchmarks.workload;

import java.util.LinkedHashMap;
import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.accounting.ThreadAllocations;
import org.odradek.benchmarks.accounting.Usage;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * Produces as fast as kafka-producer-perf-test can, then at 50 % and at 80 % of Kafka's maximum.
 *
 * @param size bytes of a record's value
 * @param clientSettings of the producer
 * @param topicSettings of the topic
 * @param latencyProgram what makes the fixed rates: {@link #ACKNOWLEDGED} or {@link #END_TO_END}
 */
record ProduceProcedure(
    int size,
    String acks,
    int partitions,
    int replicas,
    Map<String, String> clientSettings,
    Map<String, String> topicSettings,
    String latencyProgram)
    implements Procedure {
  /** Latencies up to the acknowledgement. */
  static final String ACKNOWLEDGED = "paced-produce";

  /** Latencies up to a consumer. */
  static final String END_TO_END = "end-to-end";

  @Override
  public boolean needsKafkaMaximum() {
    return true;
  }

  @Override
  public void measure(Run run) {
    try (RunningCluster cluster = run.newCluster().start()) {
      Clients clients = run.clientsOf(cluster);
      ServerAccounting accounting = cluster.accounting();
      if (run.kafkaMaximum().isPresent()) {
        run.measureIdleMemory(accounting);
      }
      Map<String, String> settings = new LinkedHashMap<>(clientSettings);
      settings.put("acks", acks);
      clients.createTopic("warm", partitions, replicas, topicSettings);
      clients.createTopic("measured", partitions, replicas, topicSettings);
      clients.produce("warm", run.scale().warmupRecords(size), size, settings);
      long records = run.scale().records(size);
      ThreadAllocations allocatedBefore = accounting.allocations();
      Usage before = accounting.usage();
      PerfToolOutput.Produced produced = clients.produce("measured", records, size, settings);
      run.putCost(accounting.usage().since(before), records, size);
      double allocated = accounting.allocations().since(allocatedBefore);
      run.put(Figure.ALLOCATED_PER_REQUEST, allocated / produced.requests() / 1024);
      run.putThroughput(records, size, records / produced.perSecond());
      run.put(Figure.REQUESTS_PER_SECOND, produced.requests() / records * produced.perSecond());
      if (run.kafkaMaximum().isPresent()) {
        double maximum = run.kafkaMaximum().getAsDouble();
        clients.createTopic("paced", partitions, replicas, topicSettings);
        new FixedRate(latencyProgram, "paced", size, settings)
            .measureShares(run, clients, accounting, maximum);
        run.measureMemory(accounting);
      }
    }
  }
}
