package org.odradek.benchmarks.workload;

import java.util.LinkedHashMap;
import java.util.Map;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.accounting.ThreadAllocations;
import org.odradek.benchmarks.accounting.Usage;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.RunningCluster;

/**
 * Produces as fast as kafka-producer-perf-test can, then at 50 % and at 80 % of Kafka's maximum.
 *
 * @param size bytes of a record's value
 * @param clientSettings of the producer
 * @param topicSettings of the topic
 * @param latencyProgram what makes the fixed rates: {@link #ACKNOWLEDGED} or {@link #END_TO_END}
 * @param moreWarmups how many times more is sent beforehand than for others, for what takes long to
 *     compile; what a fresh broker takes is then a figure too
 */
record ProduceProcedure(
    int size,
    String acks,
    int partitions,
    int replicas,
    Map<String, String> clientSettings,
    Map<String, String> topicSettings,
    String latencyProgram,
    int moreWarmups)
    implements Procedure {
  /** Latencies up to the acknowledgement. */
  static final String ACKNOWLEDGED = "paced-produce";

  /** Latencies up to a consumer. */
  static final String END_TO_END = "end-to-end";

  /** With one warm-up. */
  ProduceProcedure(
      int size,
      String acks,
      int partitions,
      int replicas,
      Map<String, String> clientSettings,
      Map<String, String> topicSettings,
      String latencyProgram) {
    this(size, acks, partitions, replicas, clientSettings, topicSettings, latencyProgram, 0);
  }

  /** The same with so many warm-ups more. */
  ProduceProcedure withMoreWarmups(int more) {
    return new ProduceProcedure(
        size, acks, partitions, replicas, clientSettings, topicSettings, latencyProgram, more);
  }

  @Override
  public boolean needsKafkaMaximum() {
    return true;
  }

  @Override
  public double seconds(Scale scale, Deployment deployment, boolean hasRates) {
    double times = RunTimes.timesFor(clientSettings.getOrDefault("compression.type", "none"));
    double sent =
        RunTimes.transfer(scale.records(size), size, deployment)
            + (1 + moreWarmups) * RunTimes.transfer(scale.warmupRecords(size), size, deployment);
    double unpaced = RunTimes.cluster(deployment) + 2 * RunTimes.TOPIC + times * sent;
    return hasRates
        ? unpaced + scale.idleSeconds() + RunTimes.TOPIC + 2 * RunTimes.fixedRate(scale)
        : unpaced;
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
      long warmup = run.scale().warmupRecords(size);
      Usage fresh = accounting.usage();
      clients.produce("warm", warmup, size, settings);
      if (moreWarmups > 0) {
        run.putFreshCost(accounting.usage().since(fresh), warmup, size);
        clients.produce("warm", moreWarmups * warmup, size, settings);
      }
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
