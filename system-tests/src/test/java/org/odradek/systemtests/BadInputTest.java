package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.odradek.processes.Checkout;
import org.odradek.processes.Waiting;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.Cluster;
import org.odradek.systemtests.harness.SystemUnderTest;

/** What a person or a broken tool does to a cluster, after which it must go on. */
class BadInputTest {
  private static final AtomicInteger TOPICS = new AtomicInteger();
  private static final Path FOLDER = Checkout.emptyWorkFolder("bad-input");
  private static final Cluster CLUSTER =
      new Cluster(FOLDER)
          .withSessionTimeout(Duration.ofSeconds(6))
          .with("controlled.shutdown.retry.backoff.ms", "500");

  @BeforeAll
  static void start() {
    CLUSTER.start(3);
  }

  @AfterAll
  static void stop() {
    CLUSTER.close();
  }

  @Test
  void aReassignmentToBrokersThatDoNotExist() throws Exception {
    String topic = newTopic();
    try (Admin admin = CLUSTER.clients().admin()) {
      var request =
          Map.of(
              new TopicPartition(topic, 0),
              Optional.of(new NewPartitionReassignment(List.of(0, 99))));
      var refused =
          assertThrows(
              ExecutionException.class,
              () -> admin.alterPartitionReassignments(request).all().get());
      assertInstanceOf(InvalidReplicaAssignmentException.class, refused.getCause());
    }
    // The tools of 2.x look before they write this node; others may not.
    CLUSTER.inZooKeeper(znodes -> {
      String before = znodes.data("/brokers/topics/" + topic);
      znodes.create(
          "/admin/reassign_partitions",
          "{\"version\":1,\"partitions\":[{\"topic\":\"%s\",\"partition\":0,\"replicas\":[0,99]}]}"
              .formatted(topic));
      znodes.await("/admin/reassign_partitions", false);
      assertEquals(before, znodes.data("/brokers/topics/" + topic));
    });
    assertServes(topic);
  }

  @Test
  void malformedJsonInAdminNodes() throws Exception {
    for (String node : List.of("/admin/reassign_partitions", "/admin/preferred_replica_election")) {
      CLUSTER.inZooKeeper(znodes -> znodes.create(node, "{\"partitions\":[{\"topic\""));
      assertServes(newTopic());
      CLUSTER.inZooKeeper(znodes -> {
        if (znodes.exists(node)) {
          znodes.delete(node);
        }
      });
    }
    // What is well-formed is done afterwards.
    String topic = newTopic();
    CLUSTER.inZooKeeper(znodes -> {
      znodes.create(
          "/admin/reassign_partitions",
          "{\"version\":1,\"partitions\":[{\"topic\":\"%s\",\"partition\":0,\"replicas\":[0]}]}"
              .formatted(topic));
      znodes.await("/admin/reassign_partitions", false);
      String state = znodes.data("/brokers/topics/" + topic + "/partitions/0/state");
      assertTrue(state.contains("\"isr\":[0]"), state);
    });
    assertServes(topic);
  }

  @Test
  void moreReplicasThanBrokers() {
    try (Admin admin = CLUSTER.clients().admin()) {
      var topic = new NewTopic("wide", Optional.of(1), Optional.of((short) 4));
      var refused =
          assertThrows(
              ExecutionException.class, () -> admin.createTopics(List.of(topic)).all().get());
      assertInstanceOf(InvalidReplicationFactorException.class, refused.getCause());
      String message = String.valueOf(refused.getCause().getMessage());
      assertTrue(message.contains("4") && message.contains("3"), message);
    }
  }

  @Test
  void aBrokerWithTheIdOfAnother() throws Exception {
    String registered = registration(0);
    Broker other = broker("same-id", 0);
    String said = startsInVain(other);
    assertTrue(said.contains("/brokers/ids/0") || said.contains("broker.id"), said);
    assertEquals(registered, registration(0));
    assertServes(newTopic());
  }

  @Test
  void aWrongClusterIdInMetaProperties() throws Exception {
    Broker other = broker("wrong-cluster", 7);
    Files.createDirectories(other.data());
    Files.writeString(
        other.data().resolve("meta.properties"),
        "version=0\nbroker.id=7\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\n");
    String said = startsInVain(other);
    assertTrue(said.contains("AAAAAAAAAAAAAAAAAAAAAA"), said);
    CLUSTER.inZooKeeper(znodes -> {
      String clusterId = znodes.data("/cluster/id").replaceAll(".*\"id\":\"|\".*", "");
      assertTrue(said.contains(clusterId), said);
      assertTrue(!znodes.exists("/brokers/ids/7"), "it must not register");
    });
  }

  @Test
  void theControllerNodeDeletedByHand() throws Exception {
    String topic = newTopic();
    CLUSTER.inZooKeeper(znodes -> {
      znodes.delete("/controller");
      znodes.await("/controller", true);
    });
    assertServes(topic);
    assertServes(newTopic());
  }

  @Test
  void aBrokersNodeDeletedByHand() throws Exception {
    // A stock broker is away then until somebody starts it again.
    assumeFalse(SystemUnderTest.chosen().isStock());
    String topic = newTopic();
    CLUSTER.inZooKeeper(znodes -> {
      znodes.delete("/brokers/ids/1");
      znodes.await("/brokers/ids/1", true);
    });
    CLUSTER.awaitInSync(topic, 1, 3);
    assertServes(topic);
  }

  @Test
  void aPartitionsStateDeletedByHand() throws Exception {
    assumeFalse(SystemUnderTest.chosen().isStock(), "stock brokers do not see it");
    String topic = newTopic();
    assertServes(topic);
    int leader = CLUSTER.leader(topic, 0);
    CLUSTER.inZooKeeper(
        znodes -> znodes.delete("/brokers/topics/" + topic + "/partitions/0/state"));
    assertServes(topic);
    // The next change of leaders or in-sync replicas writes it again, from what the controller
    // knows.
    CLUSTER.broker(leader).stop();
    assertServes(topic);
    CLUSTER.broker(leader).start();
    CLUSTER.awaitInSync(topic, 1, 3);
    assertServes(topic);
  }

  private static String newTopic() {
    String topic = "topic-" + TOPICS.incrementAndGet();
    CLUSTER.clients().createTopic(topic, 1, 3, Map.of());
    return topic;
  }

  private static void assertServes(String topic) throws Exception {
    int before = CLUSTER.clients().readAll(topic).size();
    try (KafkaProducer<String, String> producer = CLUSTER.clients().producer(Map.of())) {
      producer.send(new ProducerRecord<>(topic, "k", "v")).get();
    }
    assertEquals(before + 1, CLUSTER.clients().readAll(topic).size());
  }

  private static String registration(int broker) throws KeeperException, InterruptedException {
    var found = new String[1];
    CLUSTER.inZooKeeper(znodes -> found[0] = znodes.data("/brokers/ids/" + broker));
    return String.valueOf(found[0]);
  }

  private static Broker broker(String name, int id) {
    return new Broker(FOLDER.resolve(name), id)
        .withZooKeeper(CLUSTER.zooKeeper().address())
        .with("zookeeper.session.timeout.ms", "6000")
        .withEnvironment("ODRADEK_HEAP_OPTS", "-Xmx128m")
        .withEnvironment("KAFKA_HEAP_OPTS", "-Xmx128m");
  }

  /** What a broker says before it ends by itself with a status that tells so. */
  private static String startsInVain(Broker broker) throws IOException {
    try (broker) {
      broker.launch();
      Waiting.until(
          Duration.ofSeconds(60), () -> !broker.isRunning(), () -> "it ends\n" + broker.output());
      String said = Files.readString(broker.outputs().getLast());
      assertTrue(broker.stop() != 0, said);
      return said;
    }
  }
}
