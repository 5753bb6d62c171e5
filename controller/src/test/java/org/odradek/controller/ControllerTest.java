package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.registration.BrokerRegistration;
import org.odradek.controller.registration.ClusterSetup;
import org.odradek.controller.registration.EndpointProbe;
import org.odradek.controller.topic.NewPartitions;
import org.odradek.controller.topic.NewTopic;
import org.odradek.controller.topic.TopicAdmin;
import org.odradek.controller.topic.TopicDefaults;
import org.odradek.controller.topic.TopicOutcome;
import org.odradek.controller.znode.BrokerEndpoint;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.PartitionStateCodec;
import org.odradek.controller.znode.TopicCodec;
import org.odradek.controller.znode.TopicInfo;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.EmbeddedZooKeeper;
import org.odradek.controller.zookeeper.EmbeddedZooKeeperConfig;
import org.odradek.controller.zookeeper.SessionEvent;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperClientConfig;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.UpdateMetadataRequest;

/** The controller against a real ZooKeeper, with brokers that only listen. */
class ControllerTest {
  @TempDir Path directory;
  private EmbeddedZooKeeper server;
  private ZooKeeperClient tool;
  private final FakeBrokers brokers = new FakeBrokers();
  private final List<Node> nodes = new ArrayList<>();

  /** One broker's session and controller. */
  private final class Node implements AutoCloseable {
    final ZooKeeperClient session;
    final ControllerThread thread;
    final Controller controller;
    final TopicAdmin topics;

    Node(int id, boolean deleteTopicEnable) throws Exception {
      session = connect();
      thread = new ControllerThread(id);
      BrokerRegistration registration =
          new BrokerRegistration(session, EndpointProbe.tcp(100), 10_000);
      BrokerInfo info = broker(id);
      controller =
          new Controller(
              new ControllerConfig(
                  id, ControlRequestVersions.NEWEST, "PLAINTEXT", deleteTopicEnable, true, 1),
              session,
              thread,
              brokers,
              () -> registration.register(info),
              () -> 1_700_000_000_000L,
              new Random(id));
      topics =
          new TopicAdmin(
              session,
              controller::liveBrokers,
              () -> new TopicDefaults(1, 1),
              configs -> null,
              new Random(id));
      nodes.add(this);
      controller.start().get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      thread.close();
      session.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    server = EmbeddedZooKeeper.start(EmbeddedZooKeeperConfig.loopback(directory, 0));
    tool = connect();
    ClusterSetup.prepare(tool, () -> "AAAAAAAAAAAAAAAAAAAAAA").join();
  }

  @AfterEach
  void stop() throws Exception {
    nodes.forEach(Node::close);
    tool.close();
    server.close();
  }

  @Test
  void theFirstBrokerIsElectedAndWritesKafkasZnodes() throws Exception {
    Node node = new Node(0, true);
    assertTrue(node.controller.isActive());
    assertEquals(0, node.controller.controllerId());
    assertEquals(1, node.controller.epoch());
    assertEquals(
        "{\"version\":1,\"brokerid\":0,\"timestamp\":\"1700000000000\"}",
        tool.read(ZnodePaths.CONTROLLER, false).join().text());
    Znode epoch = tool.read(ZnodePaths.CONTROLLER_EPOCH, false).join();
    assertEquals("1", epoch.text());
    assertEquals(1, epoch.stat().getVersion());
    Znode broker = tool.read(ZnodePaths.broker(0), false).join();
    assertEquals(1, broker.stat().getVersion());
    assertEquals(node.session.sessionId(), broker.stat().getEphemeralOwner());
  }

  @Test
  void aTopicWrittenByAnOldToolGetsAnIdAndLeaders() throws Exception {
    new Node(0, true);
    tool.create("/config/topics/t", bytes("{\"version\":1,\"config\":{}}"), CreateMode.PERSISTENT);
    tool.create(
            ZnodePaths.topic("t"),
            bytes("{\"version\":1,\"partitions\":{\"1\":[0],\"0\":[0]}}"),
            CreateMode.PERSISTENT)
        .join();
    brokers.await(() -> leads(0, "t", 0) && leads(0, "t", 1));
    Znode topic = tool.read(ZnodePaths.topic("t"), false).join();
    assertEquals(1, topic.stat().getVersion());
    TopicInfo info = TopicCodec.decode("t", topic.data());
    assertNotNull(info.id());
    assertEquals(
        "{\"controller_epoch\":1,\"leader\":0,\"version\":1,\"leader_epoch\":0,\"isr\":[0]}",
        tool.read("/brokers/topics/t/partitions/1/state", false).join().text());
    LeaderAndIsrRequest request = brokers.leaderAndIsr(0).getLast();
    assertEquals(1, request.controllerEpoch());
    assertEquals(info.id(), request.topicStates().getFirst().topicId());
    assertTrue(request.topicStates().getFirst().partitionStates().getFirst().isNew());
  }

  @Test
  void aTopicKeepsItsIdWhenAnOldToolAddsPartitions() throws Exception {
    Node node = new Node(0, true);
    TopicOutcome created =
        node.topics
            .createTopics(List.of(NewTopic.of("t", 1, 1, Map.of())), false)
            .join()
            .getFirst();
    brokers.await(() -> leads(0, "t", 0));
    tool.write( // as kafka-topics.sh --alter --zookeeper of 2.4.1 does
            ZnodePaths.topic("t"),
            bytes(
                "{\"version\":2,\"partitions\":{\"1\":[0],\"0\":[0]},"
                    + "\"adding_replicas\":{},\"removing_replicas\":{}}"),
            0)
        .join();
    brokers.await(() -> leads(0, "t", 1));
    TopicInfo now = TopicCodec.decode("t", tool.read(ZnodePaths.topic("t"), false).join().data());
    assertEquals(((TopicOutcome.Done) created).info().id(), now.id());
    assertEquals(2, now.partitions().size());
  }

  @Test
  void createsExtendsAndDeletesByTheAdmin() throws Exception {
    Node node = new Node(0, true);
    TopicOutcome created =
        node.topics
            .createTopics(List.of(NewTopic.of("a", 2, 1, Map.of("retention.ms", "5"))), false)
            .join()
            .getFirst();
    assertEquals(2, ((TopicOutcome.Done) created).info().partitions().size());
    brokers.await(() -> leads(0, "a", 1));
    assertEquals(
        "{\"version\":1,\"config\":{\"retention.ms\":\"5\"}}",
        tool.read("/config/topics/a", false).join().text());

    TopicOutcome extended =
        node.topics
            .createPartitions(List.of(new NewPartitions("a", 4, null)), false)
            .join()
            .getFirst();
    assertEquals(4, ((TopicOutcome.Done) extended).info().partitions().size());
    brokers.await(() -> leads(0, "a", 3));

    node.topics.deleteTopics(List.of("a")).join();
    brokers.await(() -> brokers.deleted(0).size() == 4);
    awaitGone(ZnodePaths.deleteTopic("a"));
    assertTrue(tool.exists(ZnodePaths.topic("a"), false).join().isEmpty());
    assertTrue(tool.exists("/config/topics/a", false).join().isEmpty());
    assertEquals(null, brokers.leader(0, "a", 0));

    node.topics.createTopics(List.of(NewTopic.of("a", 1, 1, Map.of())), false).join();
    brokers.await(() -> leads(0, "a", 0));
  }

  @Test
  void aDeletionMarkIsRemovedWhereDeletionIsDisabled() throws Exception {
    Node node = new Node(0, false);
    node.topics.createTopics(List.of(NewTopic.of("kept", 1, 1, Map.of())), false).join();
    brokers.await(() -> leads(0, "kept", 0));
    tool.create(ZnodePaths.deleteTopic("kept"), null, CreateMode.PERSISTENT).join();
    awaitGone(ZnodePaths.deleteTopic("kept"));
    assertTrue(tool.exists(ZnodePaths.topic("kept"), false).join().isPresent());
  }

  @Test
  void leadersMoveWhenABrokerDiesAndTheIsrGrowsWithNoNewLeader() throws Exception {
    Node first = new Node(0, true);
    Node second = new Node(1, true);
    Node third = new Node(2, true);
    assertFalse(second.controller.isActive());
    assertEquals(0, third.controller.controllerId());
    brokers.await(() -> knowsBrokers(0, 3));
    tool.create(
            ZnodePaths.topic("r"),
            bytes("{\"version\":1,\"partitions\":{\"0\":[1,2,0]}}"),
            CreateMode.PERSISTENT)
        .join();
    brokers.await(() -> leads(0, "r", 0) || Integer.valueOf(1).equals(brokers.leader(0, "r", 0)));
    second.close();
    brokers.await(() -> Integer.valueOf(2).equals(brokers.leader(0, "r", 0)));
    PartitionState state = state("r", 0);
    assertEquals(2, state.leader());
    assertEquals(1, state.leaderEpoch());
    assertEquals(List.of(2, 0), state.isr());
    assertTrue(first.controller.isActive());
  }

  @Test
  void anotherBrokerTakesOverWhenTheControllerDies() throws Exception {
    Node first = new Node(0, true);
    Node second = new Node(1, true);
    brokers.await(() -> knowsBrokers(0, 2));
    awaitLiveBrokers(first, 2);
    first.topics.createTopics(List.of(NewTopic.of("t", 2, 2, Map.of())), false).join();
    brokers.await(() -> brokers.leader(1, "t", 0) != null && brokers.leader(1, "t", 1) != null);
    first.close();
    List<Integer> alone = List.of(1);
    brokers.await(() ->
        leads(1, "t", 0)
            && leads(1, "t", 1)
            && brokers.isr("t", 0).equals(alone)
            && brokers.isr("t", 1).equals(alone));
    assertTrue(second.controller.isActive());
    assertEquals(2, second.controller.epoch());
    assertEquals(List.of(1), state("t", 0).isr());
  }

  @Test
  void anExpiredSessionIsFollowedByRegistrationAndElection() throws Exception {
    Node node = new Node(0, true);
    node.topics.createTopics(List.of(NewTopic.of("t", 1, 1, Map.of())), false).join();
    brokers.await(() -> leads(0, "t", 0));
    server.expireSession(node.session.sessionId());
    int epoch = 2;
    brokers.await(() ->
        brokers.leaderAndIsr(0).stream().anyMatch(request -> request.controllerEpoch() == epoch));
    assertEquals(
        node.session.sessionId(),
        tool.read(ZnodePaths.broker(0), false).join().stat().getEphemeralOwner());
    assertEquals(0, state("t", 0).leader());
  }

  @Test
  void resignsAtOnceWhenAnotherEpochIsFound() throws Exception {
    Node node = new Node(0, true);
    // As if another controller had been elected though our node is still there.
    tool.write(ZnodePaths.CONTROLLER_EPOCH, bytes("7"), 1).join();
    node.topics.createTopics(List.of(NewTopic.of("t", 1, 1, Map.of())), false).join();
    awaitInactiveOrNewEpoch(node, 1);
    assertTrue(
        tool.exists("/brokers/topics/t/partitions/0/state", false).join().isEmpty()
            || state("t", 0).controllerEpoch() >= 7);
  }

  @Test
  void aRequestThatFailsIsSentAgain() throws Exception {
    Node node = new Node(0, true);
    brokers.failNext(3);
    node.topics.createTopics(List.of(NewTopic.of("t", 1, 1, Map.of())), false).join();
    brokers.await(() -> leads(0, "t", 0));
  }

  @Test
  void aFailedDeletionWaitsForTheBrokerToComeBack() throws Exception {
    Node controller = new Node(0, true);
    Node other = new Node(1, true);
    brokers.await(() -> knowsBrokers(0, 2));
    awaitLiveBrokers(controller, 2);
    controller.topics.createTopics(List.of(NewTopic.of("t", 1, 2, Map.of())), false).join();
    brokers.await(() -> brokers.leader(1, "t", 0) != null);
    brokers.failDeletionsWith(ErrorCode.KAFKA_STORAGE_ERROR);
    controller.topics.deleteTopics(List.of("t")).join();
    brokers.await(() ->
        brokers.received().stream().filter(each -> each.apiKey() == ApiKey.STOP_REPLICA).count()
            >= 4);
    brokers.failDeletionsWith(ErrorCode.NONE);
    other.close();
    new Node(1, true);
    awaitGone(ZnodePaths.topic("t"));
    assertEquals(List.of(new TopicPartition("t", 0)), brokers.deleted(1));
  }

  @Test
  void aReplicaThatCouldNotBeStoredIsTriedAgain() throws Exception {
    Node node = new Node(0, true);
    brokers.answerRolesWith(ErrorCode.KAFKA_STORAGE_ERROR); // as while the disk is full
    node.topics.createTopics(List.of(NewTopic.of("t", 1, 1, Map.of())), false).join();
    brokers.await(() -> Integer.valueOf(-1).equals(brokers.leader(0, "t", 0)));
    brokers.answerRolesWith(ErrorCode.NONE);
    brokers.await(() -> leads(0, "t", 0));
    assertEquals(List.of(0), state("t", 0).isr());
  }

  @Test
  void leadersMoveWhenALogDirectoryFails() throws Exception {
    Node node = new Node(0, true);
    node.topics.createTopics(List.of(NewTopic.of("t", 1, 1, Map.of())), false).join();
    brokers.await(() -> leads(0, "t", 0));
    brokers.answerRolesWith(ErrorCode.KAFKA_STORAGE_ERROR);
    new LogDirectoryNotifier(tool, 0).directoryFailed().join();
    brokers.await(() -> Integer.valueOf(-1).equals(brokers.leader(0, "t", 0)));
    while (!tool.children(ZnodePaths.LOG_DIR_EVENTS, false).join().isEmpty()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void controlledShutdownMovesLeaders() throws Exception {
    Node controller = new Node(0, true);
    new Node(1, true);
    brokers.await(() -> knowsBrokers(0, 2));
    tool.create(
            ZnodePaths.topic("m"),
            bytes("{\"version\":1,\"partitions\":{\"0\":[1,0],\"1\":[1]}}"),
            CreateMode.PERSISTENT)
        .join();
    brokers.await(() -> brokers.leader(0, "m", 0) != null && brokers.leader(0, "m", 1) != null);
    long epoch = tool.read(ZnodePaths.broker(1), false).join().stat().getCzxid();
    CompletableFuture<?> shutdown = controller.controller.controlledShutdown(1, epoch);
    assertEquals(Set.of(), shutdown.get(30, TimeUnit.SECONDS));
    assertEquals(0, state("m", 0).leader());
    assertEquals(List.of(0), state("m", 0).isr());
    assertEquals(1, state("m", 1).leader()); // nobody else has it
  }

  @Test
  void aMalformedTopicIsLeftOutAndTheOthersGoOn() throws Exception {
    tool.create(ZnodePaths.topic("broken"), bytes("{\"partitions\""), CreateMode.PERSISTENT).join();
    tool.create(
            ZnodePaths.topic("fine"),
            bytes("{\"version\":1,\"partitions\":{\"0\":[0]}}"),
            CreateMode.PERSISTENT)
        .join();
    new Node(0, true);
    assertTrue(leads(0, "fine", 0));
  }

  private boolean leads(int broker, String topic, int partition) {
    return Integer.valueOf(broker).equals(brokers.leader(broker, topic, partition));
  }

  private boolean knowsBrokers(int broker, int count) {
    return brokers.received().stream()
        .filter(each -> each.brokerId() == broker)
        .filter(each -> each.request() instanceof UpdateMetadataRequest)
        .map(each -> (UpdateMetadataRequest) each.request())
        .anyMatch(request -> request.liveBrokers().size() == count);
  }

  private PartitionState state(String topic, int partition) {
    TopicPartition which = new TopicPartition(topic, partition);
    Znode znode = tool.read(ZnodePaths.partitionState(which), false).join();
    return PartitionStateCodec.decode(which, znode.data(), znode.stat().getVersion());
  }

  /** Waits until a node is removed. */
  private void awaitGone(String path) throws Exception {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    ZooKeeperClient watcher = connect();
    try (watcher) {
      watcher.subscribe(event -> {
        if (event instanceof SessionEvent.ZnodeDeleted(String deleted)) {
          assertEquals(path, deleted);
          gone.complete(null);
        }
      });
      if (watcher.exists(path, true).join().isPresent()) {
        gone.get(30, TimeUnit.SECONDS);
      }
    }
  }

  /** Waits until the controller counts so many for new topics: just after it told of them. */
  private static void awaitLiveBrokers(Node node, int count) {
    while (node.controller.liveBrokers().size() != count) {
      Thread.onSpinWait();
    }
  }

  /** Waits until the node has left office in the given epoch. */
  private static void awaitInactiveOrNewEpoch(Node node, int epoch) {
    while (node.controller.isActive() && node.controller.epoch() == epoch) {
      Thread.onSpinWait();
    }
  }

  private ZooKeeperClient connect() throws Exception {
    return ZooKeeperClient.connect(ZooKeeperClientConfig.of(server.connectString()));
  }

  private static BrokerInfo broker(int id) {
    return new BrokerInfo(
        id,
        List.of(new BrokerEndpoint("PLAINTEXT", "PLAINTEXT", "localhost", 9092 + id)),
        null,
        -1,
        1_700_000_000_000L);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
