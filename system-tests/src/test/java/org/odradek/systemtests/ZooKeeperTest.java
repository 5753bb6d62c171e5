package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.odradek.processes.Checkout;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.Clients;
import org.odradek.systemtests.harness.SystemUnderTest;
import org.odradek.systemtests.harness.Znodes;

/** A ZooKeeper server of its own, with a chroot, that goes away and comes back. */
class ZooKeeperTest {
  // The least that a server with a tick of two seconds grants.
  private static final String SESSION_TIMEOUT_MS = "4000";

  @Test
  void writesKafkasNodesBelowTheChroot() throws Exception {
    Path folder = Checkout.emptyWorkFolder("chroot");
    try (var zooKeeper = SystemUnderTest.chosen().zooKeeper(folder.resolve("zk")).start();
        var broker =
            new Broker(folder).withZooKeeper(zooKeeper.address() + "/clusters/one").start();
        var znodes = new Znodes(zooKeeper.address())) {
      var clients = new Clients(broker.bootstrap());
      clients.createTopic("orders", 2, Map.of("retention.ms", "100000"));

      assertEquals(List.of("clusters", "zookeeper"), znodes.children("/"));
      String root = "/clusters/one";
      List<String> children = znodes.children(root);
      for (String expected :
          List.of(
              "admin",
              "brokers",
              "cluster",
              "config",
              "consumers",
              "controller",
              "controller_epoch",
              "isr_change_notification",
              "latest_producer_id_block",
              "log_dir_event_notification")) {
        assertTrue(children.contains(expected), () -> expected + " in " + children);
      }
      assertEquals(List.of("ids", "seqid", "topics"), znodes.children(root + "/brokers"));
      assertEquals(List.of("0"), znodes.children(root + "/brokers/ids"));
      String registration = znodes.data(root + "/brokers/ids/0");
      assertTrue(registration.contains("\"PLAINTEXT://" + broker.bootstrap() + "\""), registration);
      assertTrue(znodes.data(root + "/controller").contains("\"brokerid\":0"));
      assertEquals("1", znodes.data(root + "/controller_epoch"));
      assertEquals(List.of("0", "1"), znodes.children(root + "/brokers/topics/orders/partitions"));
      assertTrue(
          znodes.data(root + "/config/topics/orders").contains("\"retention.ms\":\"100000\""));
      String topic = znodes.data(root + "/brokers/topics/orders");
      assertTrue(topic.contains("\"topic_id\":\"") && topic.contains("\"version\":3"), topic);

      assertEquals(0, broker.stop() % 143);
      assertTrue(!znodes.exists(root + "/brokers/ids/0"), "deregistered by a controlled stop");
    }
  }

  @Test
  void servesThroughARestartOfZooKeeper() throws Exception {
    Path folder = Checkout.emptyWorkFolder("zookeeper-restart");
    try (var zooKeeper = SystemUnderTest.chosen().zooKeeper(folder.resolve("zk")).start();
        var broker =
            new Broker(folder)
                .withZooKeeper(zooKeeper.address())
                .with("zookeeper.session.timeout.ms", SESSION_TIMEOUT_MS)
                .start()) {
      var clients = new Clients(broker.bootstrap());
      clients.createTopic("before", 1, Map.of());
      try (KafkaProducer<String, String> producer = clients.producer(Map.of())) {
        producer.send(new ProducerRecord<>("before", "k", "with")).get();
        zooKeeper.stop();
        producer.send(new ProducerRecord<>("before", "k", "without")).get();
        assertEquals(2, clients.readAll("before").size());
        zooKeeper.start();
        try (var znodes = new Znodes(zooKeeper.address())) {
          znodes.await("/brokers/ids/0", true);
          znodes.await("/controller", true);
        }
        clients.createTopic("after", 1, Map.of());
        producer.send(new ProducerRecord<>("after", "k", "again")).get();
      }
      assertEquals(1, clients.readAll("after").size());
    }
  }

  @Test
  void comesBackAfterItsSessionHasRunOut() throws Exception {
    Path folder = Checkout.emptyWorkFolder("session");
    try (var zooKeeper = SystemUnderTest.chosen().zooKeeper(folder.resolve("zk")).start();
        var broker =
            new Broker(folder)
                .withZooKeeper(zooKeeper.address())
                .with("zookeeper.session.timeout.ms", SESSION_TIMEOUT_MS)
                .start();
        var znodes = new Znodes(zooKeeper.address())) {
      var clients = new Clients(broker.bootstrap());
      clients.createTopic("before", 1, Map.of());
      broker.pause();
      znodes.await("/brokers/ids/0", false);
      znodes.await("/controller", false);
      broker.resume();
      znodes.await("/brokers/ids/0", true);
      znodes.await("/controller", true);
      clients.createTopic("after", 1, Map.of());
      try (KafkaProducer<String, String> producer = clients.producer(Map.of())) {
        producer.send(new ProducerRecord<>("before", "k", "v")).get();
        producer.send(new ProducerRecord<>("after", "k", "v")).get();
      }
      assertEquals(1, clients.readAll("before").size());
      assertEquals(1, clients.readAll("after").size());
    }
  }
}
