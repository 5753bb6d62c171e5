package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.odradek.processes.Checkout;
import org.odradek.processes.Waiting;
import org.odradek.systemtests.harness.Clients;
import org.odradek.systemtests.harness.Cluster;
import org.odradek.systemtests.harness.CommittedGroup;
import org.odradek.systemtests.harness.KeyedLoad;

/**
 * A cluster grows while producers and consumers run: brokers are added, then partitions, then all
 * replicas are spread over all brokers with a throttle, the replication factor is raised and
 * lowered again, and the leaders go where they belong.
 */
class ExpansionTest {
  private static final String TOPIC = "load";
  private static final int PARTITIONS_BEFORE = 4;
  private static final int PARTITIONS_AFTER = 8;
  private static final int BROKERS_AFTER = 5;
  private static final int RECORDS_PER_SECOND = Integer.getInteger("expansion.rate", 1_000);
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void nothingIsLostOrDoubledWhileAClusterGrows() throws Exception {
    try (Cluster cluster =
        new Cluster(Checkout.emptyWorkFolder("expansion"))
            .withSessionTimeout(Duration.ofSeconds(6))
            .with("controlled.shutdown.retry.backoff.ms", "500")
            .with("group.initial.rebalance.delay.ms", "0")
            .start(3)) {
      Clients clients = cluster.clients();
      clients.createTopic(TOPIC, PARTITIONS_BEFORE, 3, Map.of("min.insync.replicas", "2"));
      try (var load = KeyedLoad.untilStopped(clients, TOPIC, RECORDS_PER_SECOND).start();
          var group = new CommittedGroup(clients, TOPIC, "readers").start()) {
        load.awaitProgress(PARTITIONS_BEFORE, LIMIT, "at the start");
        grow(cluster, load);
        load.awaitProgress(PARTITIONS_AFTER, LIMIT, "after the reassignments");
        load.stop();
        var all = clients.readAll(TOPIC);
        load.check(all);
        group.finish(all);
        System.err.printf(
            "%d records while the cluster grew, the longest wait of one %d ms%n",
            load.acknowledged(), load.longestWait().toMillis());
      }
      cluster.awaitInSync(TOPIC, PARTITIONS_AFTER, 2);
      cluster.stopAll();
      cluster.checkReplicasAreIdentical(TOPIC, PARTITIONS_AFTER);
    }
  }

  private static void grow(Cluster cluster, KeyedLoad load) throws InterruptedException {
    try (Admin admin = cluster.clients().admin()) {
      addBrokers(cluster);
      load.awaitProgress(PARTITIONS_BEFORE, LIMIT, "with five brokers");
      Clients.get(
          admin.createPartitions(Map.of(TOPIC, NewPartitions.increaseTo(PARTITIONS_AFTER))).all());
      load.awaitProgress(PARTITIONS_AFTER, LIMIT, "with more partitions");
      throttle(admin, true);
      reassign(admin, 3);
      throttle(admin, false);
      reassign(admin, 4);
      reassign(admin, 2);
      electPreferred(admin);
    }
  }

  private static void addBrokers(Cluster cluster) {
    var added = new ArrayList<>(List.of(cluster.add(), cluster.add()));
    added.forEach(broker -> broker.launch());
    added.forEach(broker -> broker.awaitReady());
    cluster.awaitRegistered();
  }

  private static void throttle(Admin admin, boolean on) {
    AlterConfigOp.OpType what = on ? AlterConfigOp.OpType.SET : AlterConfigOp.OpType.DELETE;
    var changes = new HashMap<ConfigResource, java.util.Collection<AlterConfigOp>>();
    for (int broker = 0; broker < BROKERS_AFTER; broker++) {
      changes.put(
          new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker)),
          List.of(
              new AlterConfigOp(
                  new ConfigEntry("leader.replication.throttled.rate", "1000000"), what),
              new AlterConfigOp(
                  new ConfigEntry("follower.replication.throttled.rate", "1000000"), what)));
    }
    changes.put(
        new ConfigResource(ConfigResource.Type.TOPIC, TOPIC),
        List.of(
            new AlterConfigOp(new ConfigEntry("leader.replication.throttled.replicas", "*"), what),
            new AlterConfigOp(
                new ConfigEntry("follower.replication.throttled.replicas", "*"), what)));
    Clients.get(admin.incrementalAlterConfigs(changes).all());
  }

  /** Spreads so many replicas of each partition over all brokers, and waits until it is done. */
  private static void reassign(Admin admin, int replicas) {
    Map<Integer, List<Integer>> target = new TreeMap<>();
    var request = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
    for (int partition = 0; partition < PARTITIONS_AFTER; partition++) {
      var brokers = new ArrayList<Integer>();
      for (int i = 0; i < replicas; i++) {
        brokers.add((partition + replicas + i) % BROKERS_AFTER);
      }
      target.put(partition, brokers);
      request.put(
          new TopicPartition(TOPIC, partition), Optional.of(new NewPartitionReassignment(brokers)));
    }
    Clients.get(admin.alterPartitionReassignments(request).all());
    Waiting.until(
        LIMIT,
        () ->
            Clients.get(admin.listPartitionReassignments().reassignments()).isEmpty()
                && assignment(admin).equals(target),
        () -> target + " is reached, not " + assignment(admin));
  }

  private static Map<Integer, List<Integer>> assignment(Admin admin) {
    Map<Integer, List<Integer>> assignment = new TreeMap<>();
    for (TopicPartitionInfo partition : partitions(admin)) {
      assignment.put(partition.partition(), partition.replicas().stream().map(Node::id).toList());
    }
    return assignment;
  }

  private static List<TopicPartitionInfo> partitions(Admin admin) {
    return Clients.get(
            Objects.requireNonNull(
                admin.describeTopics(List.of(TOPIC)).topicNameValues().get(TOPIC)))
        .partitions();
  }

  private static void electPreferred(Admin admin) throws InterruptedException {
    try {
      admin.electLeaders(org.apache.kafka.common.ElectionType.PREFERRED, null).all().get();
    } catch (ExecutionException e) {
      throw new AssertionError("election", e);
    }
    for (TopicPartitionInfo partition : partitions(admin)) {
      assertEquals(
          partition.replicas().getFirst().id(), partition.leader().id(), partition.toString());
    }
  }
}
