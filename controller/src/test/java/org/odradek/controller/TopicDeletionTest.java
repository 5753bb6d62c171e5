package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.topic.NewTopic;
import org.odradek.controller.topic.TopicAdmin;
import org.odradek.controller.topic.TopicDefaults;
import org.odradek.controller.topic.TopicOutcome;
import org.odradek.controller.znode.TopicCodec;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;

/** Topics are deleted though brokers are down, controllers change, and people touch znodes. */
class TopicDeletionTest {
  private static final TopicPartition P0 = new TopicPartition("t", 0);

  @TempDir Path directory;
  private ReassignmentCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new ReassignmentCluster(directory);
    cluster.startAll(0, 1, 2);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private Uuid id(String topic) {
    Uuid id = TopicCodec.decode(topic, cluster.read(ZnodePaths.topic(topic)).data()).id();
    return id == null ? Uuid.ZERO : id;
  }

  private void mark(String topic) {
    cluster.tool.create(ZnodePaths.deleteTopic(topic), null, CreateMode.PERSISTENT).join();
  }

  private TopicOutcome create(String topic) {
    return new TopicAdmin(
            cluster.tool,
            cluster.node(0).controller::liveBrokers,
            () -> new TopicDefaults(1, 1),
            configs -> null,
            new Random(1))
        .createTopics(List.of(NewTopic.of(topic, 1, 2, Map.of())), false)
        .join()
        .getFirst();
  }

  @Test
  void waitsForABrokerThatIsDownAndLetsNobodyTakeTheName() throws Exception {
    cluster.createTopic("t", "{\"0\":[1,2],\"1\":[0,2]}");
    Uuid before = id("t");
    cluster.node(2).close();
    cluster.awaitBrokers(2);
    mark("t");
    cluster.brokers.await(
        () -> cluster.brokers.deleted(0).size() == 1 && cluster.brokers.deleted(1).size() == 1);
    assertEquals(
        ErrorCode.TOPIC_ALREADY_EXISTS, ((TopicOutcome.Failed) create("t")).error(), "too early");
    assertTrue(cluster.exists(ZnodePaths.topic("t")));
    cluster.start(2);
    ReassignmentCluster.await(() -> !cluster.exists(ZnodePaths.deleteTopic("t")));
    assertFalse(cluster.exists(ZnodePaths.topic("t")));
    assertEquals(2, cluster.brokers.deleted(2).size());
    assertEquals(1, cluster.brokers.deleted(0).size(), "not asked twice");
    cluster.awaitBrokers(3);
    assertTrue(create("t") instanceof TopicOutcome.Done);
    assertNotEquals(before, id("t"));
    cluster.brokers.await(() -> cluster.brokers.leader(0, "t", 0) != null);
  }

  @Test
  void waitsForALeaderThatIsDown() throws Exception {
    cluster.createTopic("t", "{\"0\":[2]}");
    cluster.node(2).close();
    cluster.brokers.await(() -> Integer.valueOf(-1).equals(cluster.brokers.leader(0, "t", 0)));
    mark("t");
    cluster.brokers.await(() -> cluster.brokers.leader(0, "t", 0) == null);
    cluster.start(2);
    ReassignmentCluster.await(() -> !cluster.exists(ZnodePaths.topic("t")));
    assertEquals(List.of(P0), cluster.brokers.deleted(2));
  }

  @Test
  void goesOnUnderTheNextController() throws Exception {
    cluster.createTopic("t", "{\"0\":[1,2]}");
    cluster.node(2).close();
    cluster.awaitBrokers(2);
    mark("t");
    cluster.brokers.await(() -> cluster.brokers.deleted(1).size() == 1);
    cluster.node(0).close(); // the controller
    ReassignmentCluster.await(() ->
        cluster.exists(ZnodePaths.CONTROLLER)
            && cluster.read(ZnodePaths.CONTROLLER_EPOCH).text().equals("2"));
    assertTrue(cluster.exists(ZnodePaths.topic("t")));
    cluster.start(2);
    ReassignmentCluster.await(() -> !cluster.exists(ZnodePaths.topic("t")));
    assertFalse(cluster.exists(ZnodePaths.deleteTopic("t")));
  }

  @Test
  void aMarkOfAnUnknownTopicIsRemoved() {
    mark("none");
    ReassignmentCluster.await(() -> !cluster.exists(ZnodePaths.deleteTopic("none")));
  }

  @Test
  void aTopicWithUnknownBrokersGetsTheLeadersThatThereAre() {
    cluster.write(
        ZnodePaths.topic("u"), "{\"version\":1,\"partitions\":{\"0\":[77],\"1\":[77,1]}}");
    ReassignmentCluster.await(() -> Integer.valueOf(1).equals(cluster.brokers.leader(0, "u", 1)));
    assertEquals(List.of(1), cluster.state("u", 1).isr());
    cluster.createTopic("t", "{\"0\":[0]}"); // the cluster goes on
  }

  @Test
  void aMalformedTopicIsTakenOnceItIsMended() {
    cluster.write(ZnodePaths.topic("m"), "{\"version\":1,\"partit");
    cluster.createTopic("t", "{\"0\":[0]}"); // the cluster goes on
    cluster.write(ZnodePaths.topic("m"), "{\"version\":1,\"partitions\":{\"0\":[1]}}");
    ReassignmentCluster.await(() -> Integer.valueOf(1).equals(cluster.brokers.leader(0, "m", 0)));
  }
}
