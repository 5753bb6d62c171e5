package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.odradek.processes.Checkout;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.Cluster;
import org.odradek.systemtests.harness.KeyedLoad;
import org.odradek.systemtests.harness.SystemUnderTest;

/**
 * One broker of ours beside two of stock Kafka, under idempotent producers with acks=all. Each of
 * them in turn stops and returns, once while ours is the controller and once while a stock one is:
 * nothing acknowledged is lost, doubled or out of order, and all replicas end up the same.
 *
 * <p>{@code -Dmixed.versions=2.4.1,2.8.2,3.9.2} says beside which Kafkas; each speaks the protocol
 * version of its own release.
 */
class MixedClusterTest {
  private static final String TOPIC = "load";
  private static final int PARTITIONS = 3;
  private static final int RECORDS_PER_SECOND = 300;
  private static final int OURS = 0;
  private static final int STOCK = 1;

  /**
   * A stock broker that stops may be taken back into an ISR by the stock controller when it is gone
   * already; the leader needs up to 1.5 times {@code replica.lag.time.max.ms}, 45 s, to find out,
   * and the producers another 10 s to ask again.
   */
  private static final Duration PROGRESS = Duration.ofSeconds(120);

  static Stream<String> versions() {
    return Stream.of(System.getProperty("mixed.versions", "2.8.2").split(","));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("versions")
  void brokersOfKafkaAreNeighbours(String version) throws Exception {
    Path folder = Checkout.emptyWorkFolder("mixed-" + version);
    try (Cluster cluster = new Cluster(folder)) {
      cluster
          .with("inter.broker.protocol.version", version.substring(0, 3))
          .withSessionTimeout(Duration.ofSeconds(6))
          .start(1);
      for (int i = 0; i < 2; i++) {
        cluster.add(new SystemUnderTest(version)).launch();
      }
      cluster.brokers().forEach(Broker::awaitReady);
      cluster.awaitRegistered();
      cluster.clients().createTopic(TOPIC, PARTITIONS, 3, Map.of("min.insync.replicas", "2"));
      underLoad(cluster);
    }
  }

  private static void underLoad(Cluster cluster) throws InterruptedException {
    KeyedLoad load = KeyedLoad.untilStopped(cluster.clients(), TOPIC, RECORDS_PER_SECOND);
    try (load) {
      load.start();
      for (int controller : new int[] {OURS, STOCK}) {
        cluster.moveController(controller);
        stopAndReturn(cluster, load, (controller + 1) % 3);
        assertEquals(controller, cluster.controller(), "the controller");
        stopAndReturn(cluster, load, controller);
      }
      load.stop();
      load.check(cluster.clients().readAll(TOPIC));
      cluster.awaitInSync(TOPIC, PARTITIONS, 3);
    }
    cluster.stopAll();
    cluster.checkReplicasAreIdentical(TOPIC, PARTITIONS);
  }

  private static void stopAndReturn(Cluster cluster, KeyedLoad load, int broker) {
    cluster.broker(broker).stop();
    load.awaitProgress(PARTITIONS, PROGRESS, "without broker " + broker);
    cluster.broker(broker).start();
    cluster.awaitInSync(TOPIC, PARTITIONS, 3);
    load.awaitProgress(PARTITIONS, PROGRESS, "with broker " + broker + " back");
  }
}
