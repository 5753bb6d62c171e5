package org.odradek.broker.main;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.LoginCounts;
import org.odradek.broker.metrics.IdleShare;
import org.odradek.broker.metrics.JmxExporter;
import org.odradek.broker.metrics.Meter;
import org.odradek.broker.metrics.MetricName;
import org.odradek.broker.metrics.Metrics;
import org.odradek.broker.network.NetworkThreads;
import org.odradek.broker.network.SocketCounts;
import org.odradek.broker.partition.IsrChangeCounts;
import org.odradek.broker.partition.PartitionTraffic;
import org.odradek.broker.reassignment.ReassignmentProgress;
import org.odradek.controller.Controller;

/**
 * What of the broker's numbers has which of Kafka's names (docs/metrics.md). JMX is loaded after
 * the start, in the background, and only where the JVM was started with it.
 */
final class BrokerMetrics {
  private static final String SERVER = "kafka.server";
  private static final String NETWORK = "kafka.network";
  private static final String PROCESSOR = "networkProcessor";
  private static final String CONTROLLER = "kafka.controller";
  private static final long EXPORT_DELAY_MS = 500;

  private final Metrics metrics = new Metrics();

  Metrics metrics() {
    return metrics;
  }

  BrokerMetrics controller(
      Controller controller, PartitionNumbers numbers, ReassignmentProgress progress) {
    controllerGauge("ActiveControllerCount", () -> controller.isActive() ? 1 : 0);
    ofActive(controller, "OfflinePartitionsCount", numbers::offline);
    ofActive(controller, "PreferredReplicaImbalanceCount", numbers::notLedByPreferred);
    ofActive(controller, "GlobalTopicCount", numbers::topics);
    ofActive(controller, "GlobalPartitionCount", numbers::allPartitions);
    ofActive(controller, "ActiveBrokerCount", () -> controller.liveBrokers().size());
    controllerGauge("PartitionsBeingReassigned", controller::reassigningPartitions);
    controllerGauge("ReassignmentBytesLeft", progress::bytesLeft);
    controllerGauge("ReassignmentBytesPerSecond", progress::bytesPerSecond);
    controllerGauge("ReassignmentSecondsLeft", progress::secondsLeft);
    return this;
  }

  private void ofActive(Controller controller, String name, Supplier<Integer> value) {
    controllerGauge(name, () -> controller.isActive() ? value.get() : 0);
  }

  private void controllerGauge(String name, Supplier<? extends Number> value) {
    metrics.gauge(MetricName.of(CONTROLLER, "KafkaController", name), value);
  }

  BrokerMetrics partitions(PartitionNumbers numbers) {
    replicaManager("PartitionCount", numbers::replicas);
    replicaManager("LeaderCount", numbers::led);
    replicaManager("UnderReplicatedPartitions", numbers::underReplicated);
    replicaManager("UnderMinIsrPartitionCount", numbers::underMinIsr);
    replicaManager("AtMinIsrPartitionCount", numbers::atMinIsr);
    replicaManager("OfflineReplicaCount", numbers::offlineHere);
    replicaManager("ReassigningPartitions", numbers::reassigning);
    return this;
  }

  private void replicaManager(String name, Supplier<? extends Number> value) {
    metrics.gauge(MetricName.of(SERVER, "ReplicaManager", name), value);
  }

  BrokerMetrics isrs(IsrChangeCounts counts) {
    meter("ReplicaManager", "IsrShrinksPerSec", "shrinks", counts::shrinks);
    meter("ReplicaManager", "IsrExpandsPerSec", "expands", counts::expands);
    meter("ReplicaManager", "FailedIsrUpdatesPerSec", "failedUpdates", counts::failed);
    return this;
  }

  BrokerMetrics traffic(PartitionTraffic traffic) {
    meter("BrokerTopicMetrics", "MessagesInPerSec", "messages", traffic::messagesIn);
    meter("BrokerTopicMetrics", "BytesInPerSec", "bytes", traffic::bytesIn);
    meter("BrokerTopicMetrics", "BytesOutPerSec", "bytes", traffic::bytesOut);
    meter("BrokerTopicMetrics", "ReplicationBytesInPerSec", "bytes", traffic::replicationBytesIn);
    meter("BrokerTopicMetrics", "ReplicationBytesOutPerSec", "bytes", traffic::replicationBytesOut);
    meter("BrokerTopicMetrics", "ReassignmentBytesInPerSec", "bytes", traffic::reassignmentBytesIn);
    meter(
        "BrokerTopicMetrics", "ReassignmentBytesOutPerSec", "bytes", traffic::reassignmentBytesOut);
    return this;
  }

  /**
   * What connections do, by listener and network thread, as Kafka has it; logins are counted for
   * all threads together, and shown with the first.
   */
  BrokerMetrics sockets(
      Map<String, List<SocketCounts>> byListener, Map<String, List<LoginCounts>> logins) {
    byListener.forEach((listener, byThread) -> {
      for (int i = 0; i < byThread.size(); i++) {
        metrics.numbers(
            MetricName.ofNumbers(SERVER, "socket-server-metrics")
                .tagged("listener", listener)
                .tagged(PROCESSOR, String.valueOf(i)),
            SocketNumbers.byName(
                byThread.get(i), i == 0 ? logins.getOrDefault(listener, List.of()) : List.of()));
      }
    });
    metrics.gauge(
        MetricName.of(NETWORK, "SocketServer", "ExpiredConnectionsKilledCount"),
        () ->
            (double)
                logins.values().stream()
                    .flatMap(List::stream)
                    .mapToLong(LoginCounts::expirations)
                    .sum());
    return this;
  }

  /** How much of the time network threads have nothing to do, by their use of processors. */
  BrokerMetrics networkThreads(NetworkThreads threads) {
    List<IdleShare> shares = new ArrayList<>();
    for (int i = 0; i < threads.count(); i++) {
      int number = i;
      IdleShare share = new IdleShare(() -> cpuNanos(threads.thread(number)));
      shares.add(share);
      metrics.gauge(
          MetricName.of(NETWORK, "Processor", "IdlePercent").tagged(PROCESSOR, String.valueOf(i)),
          share);
    }
    metrics.gauge(
        MetricName.of(NETWORK, "SocketServer", "NetworkProcessorAvgIdlePercent"),
        () -> shares.stream().mapToDouble(IdleShare::get).average().orElse(1));
    return this;
  }

  /** Of a thread that there is; those that come later have used none. JMX is not loaded before. */
  private static long cpuNanos(@Nullable Thread thread) {
    return thread == null
        ? 0
        : Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId()));
  }

  private void meter(String type, String name, String eventType, LongSupplier count) {
    metrics.meter(MetricName.of(SERVER, type, name), new Meter(eventType, count));
  }

  /** The broker is ready: shows everything by JMX if that is wanted. */
  void start(BrokerThreads threads) {
    if (!JmxExporter.isWanted()) {
      return;
    }
    var export =
        threads
            .scheduler()
            .schedule(
                () -> threads.background().execute(this::export),
                EXPORT_DELAY_MS,
                TimeUnit.MILLISECONDS);
    var ticks =
        threads
            .scheduler()
            .scheduleAtFixedRate(
                metrics::tick, Meter.TICK_SECONDS, Meter.TICK_SECONDS, TimeUnit.SECONDS);
  }

  private void export() {
    JmxExporter.export(metrics, ManagementFactory.getPlatformMBeanServer());
  }
}
