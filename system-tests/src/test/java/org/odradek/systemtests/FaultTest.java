package org.odradek.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.odradek.processes.Checkout;
import org.odradek.systemtests.harness.Cluster;
import org.odradek.systemtests.harness.CommittedGroup;
import org.odradek.systemtests.harness.Fault;
import org.odradek.systemtests.harness.KeyedLoad;
import org.odradek.systemtests.harness.NetworkOfBrokers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to three brokers under idempotent producers with acks=all and a group that commits:
 * nothing acknowledged is lost, doubled or out of order, no commit goes back, and in the end all
 * replicas are the same, byte for byte.
 *
 * <p>{@code -Dfault.rounds=100 -Dfault.seed=7} lets one cluster go through so many faults, drawn by
 * the seed; by default there is none of these rounds, and each fault strikes once. {@code
 * -Dfault.only=LEADER_KILLED,BROKER_PAUSED} leaves the others out, there as well.
 */
class FaultTest {
  private static final Logger LOG = LoggerFactory.getLogger(FaultTest.class);
  private static final int ROUNDS = Integer.getInteger("fault.rounds", 0);
  private static final long SEED = Long.getLong("fault.seed", System.nanoTime());
  private static final int RECORDS_PER_SECOND = Integer.getInteger("fault.rate", 1_000);
  private static final List<Fault> FAULTS = faults(System.getProperty("fault.only", ""));
  private static final String TOPIC = "load";
  private static final int PARTITIONS = 6;
  private static final Duration PROGRESS = Duration.ofSeconds(120);

  private static List<Fault> faults(String only) {
    return only.isEmpty()
        ? List.of(Fault.values())
        : Arrays.stream(only.split(",")).map(Fault::valueOf).toList();
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Fault.class)
  void nothingAcknowledgedIsLost(Fault fault) throws Exception {
    assumeTrue(ROUNDS == 0, "many rounds are asked for");
    assumeTrue(FAULTS.contains(fault), "others are asked for: " + FAULTS);
    Path folder = Checkout.emptyWorkFolder("fault-" + fault);
    try (Cluster cluster = cluster(folder).start(3)) {
      underLoad(cluster, load -> strike(cluster, load, fault, new Random(SEED)));
    }
  }

  @Test
  void nothingAcknowledgedIsLostInManyRounds() throws Exception {
    assumeTrue(ROUNDS > 0, "rounds of faults are asked for by -Dfault.rounds=N");
    var random = new Random(SEED);
    try (Cluster cluster = cluster(Checkout.emptyWorkFolder("fault-rounds")).start(3)) {
      underLoad(
          cluster,
          load -> {
            for (int round = 1; round <= ROUNDS; round++) {
              Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
              LOG.info("round {} of {}, seed {}: {}", round, ROUNDS, SEED, fault);
              System.err.println(
                  "round " + round + " of " + ROUNDS + ", seed " + SEED + ": " + fault);
              strike(cluster, load, fault, random);
            }
          });
    }
  }

  @Test
  void nothingAcknowledgedIsLostWhenAFollowerIsCutOff() throws Exception {
    try (NetworkOfBrokers network = networkOrSkip();
        Cluster cluster = cluster(Checkout.emptyWorkFolder("fault-cut"), network).start(3)) {
      underLoad(
          cluster,
          load -> {
            int controller = cluster.controller();
            int cutOff = (controller + 1) % 3;
            int other = (controller + 2) % 3;
            // Both ways to the other brokers are cut; ZooKeeper still sees all three.
            network.cut(cutOff, controller);
            network.cut(cutOff, other);
            cluster.awaitOut(TOPIC, partitionsLedBy(cluster, controller, other), cutOff);
            network.heal(cutOff, controller);
            network.heal(cutOff, other);
          });
    }
  }

  @Test
  void nothingAcknowledgedIsLostWhenABrokerIsIsolated() throws Exception {
    try (NetworkOfBrokers network = networkOrSkip();
        Cluster cluster = cluster(Checkout.emptyWorkFolder("fault-isolated"), network).start(3)) {
      underLoad(
          cluster,
          load -> {
            int victim = cluster.leader(TOPIC, 0);
            network.isolate(victim);
            cluster.inZooKeeper(znodes -> znodes.await("/brokers/ids/" + victim, false));
            load.awaitProgress(PARTITIONS, PROGRESS, "with broker " + victim + " isolated");
            network.rejoin(victim);
            cluster.inZooKeeper(znodes -> znodes.await("/brokers/ids/" + victim, true));
          });
    }
  }

  private static List<Integer> partitionsLedBy(Cluster cluster, int... brokers) {
    return java.util.stream.IntStream.range(0, PARTITIONS)
        .filter(p -> Arrays.stream(brokers).anyMatch(b -> cluster.leader(TOPIC, p) == b))
        .boxed()
        .toList();
  }

  private static void strike(Cluster cluster, KeyedLoad load, Fault fault, Random random) {
    load.awaitProgress(PARTITIONS, PROGRESS, "before " + fault);
    cluster.awaitInSync(TOPIC, PARTITIONS, 3);
    int victim = cluster.leader(TOPIC, random.nextInt(PARTITIONS));
    fault.strike(
        new Fault.Situation(cluster, load, TOPIC, PARTITIONS, Math.max(0, victim), random));
    cluster.awaitInSync(TOPIC, PARTITIONS, 3);
    load.awaitProgress(PARTITIONS, PROGRESS, "after " + fault);
  }

  private static void underLoad(Cluster cluster, Consumer<KeyedLoad> faults)
      throws InterruptedException {
    // Small segments, so that rolling and recovery of several segments take part.
    cluster
        .clients()
        .createTopic(
            TOPIC,
            PARTITIONS,
            3,
            Map.of("min.insync.replicas", "2", "segment.bytes", Integer.toString(1 << 20)));
    try (var load = KeyedLoad.untilStopped(cluster.clients(), TOPIC, RECORDS_PER_SECOND).start();
        var group = new CommittedGroup(cluster.clients(), TOPIC, "readers").start()) {
      load.awaitProgress(PARTITIONS, PROGRESS, "at the start");
      faults.accept(load);
      cluster.awaitInSync(TOPIC, PARTITIONS, 3);
      load.awaitProgress(PARTITIONS, PROGRESS, "at the end");
      load.stop();
      var all = cluster.clients().readAll(TOPIC);
      load.check(all);
      group.finish(all);
      System.err.printf(
          "%d records, the longest wait %d ms%n",
          load.acknowledged(), load.longestWait().toMillis());
    }
    cluster.stopAll();
    cluster.checkReplicasAreIdentical(TOPIC, PARTITIONS);
  }

  private static NetworkOfBrokers networkOrSkip() {
    String obstacle = NetworkOfBrokers.obstacle();
    assumeTrue(obstacle.isEmpty(), "brokers cannot be cut off from each other: " + obstacle);
    return NetworkOfBrokers.of(3);
  }

  private static Cluster cluster(Path folder) {
    return new Cluster(folder)
        .withSessionTimeout(Duration.ofSeconds(4))
        .with("replica.lag.time.max.ms", "4000")
        .with("controlled.shutdown.retry.backoff.ms", "500")
        .with("group.initial.rebalance.delay.ms", "0")
        .with("group.min.session.timeout.ms", "1000");
  }

  private static Cluster cluster(Path folder, NetworkOfBrokers network) {
    Cluster cluster = cluster(folder);
    cluster.zooKeeper().at(network.hostAddress());
    return cluster.placing(broker ->
        broker
            .at(network.address(broker.id()), Checkout.freePort())
            .wrappedIn(network.wrapper(broker.id())));
  }
}
