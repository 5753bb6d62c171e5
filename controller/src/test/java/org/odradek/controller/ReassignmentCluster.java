package org.odradek.controller;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.zookeeper.CreateMode;
import org.odradek.controller.registration.BrokerRegistration;
import org.odradek.controller.registration.EndpointProbe;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.znode.NotificationCodec;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.PartitionStateCodec;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.TopicCodec;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.TopicPartition;

/** Brokers with controllers against a real ZooKeeper, and leaders that write ISRs when told to. */
final class ReassignmentCluster implements AutoCloseable {
  final FakeBrokers brokers = new FakeBrokers();
  final SettableElections elections = new SettableElections();
  final ZooKeeperClient tool;
  private final TestCluster zookeeper;
  private final List<Node> nodes = new ArrayList<>();

  /** One broker's session and controller. */
  final class Node implements AutoCloseable {
    final ZooKeeperClient session;
    final ControllerThread thread;
    final Controller controller;

    Node(int id, UnaryOperator<ZooKeeperSession> wrapper) throws Exception {
      session = zookeeper.session();
      thread = new ControllerThread(id);
      BrokerRegistration registration =
          new BrokerRegistration(session, EndpointProbe.tcp(100), 10_000);
      BrokerInfo info = TestCluster.broker(id, 9092 + id);
      controller =
          new Controller(
              new ControllerConfig(
                  id, ControlRequestVersions.NEWEST, "PLAINTEXT", true, true, 1, elections),
              wrapper.apply(session),
              thread,
              brokers,
              () -> registration.register(info),
              () -> 1_700_000_000_000L,
              new Random(id));
      controller.start().get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      thread.close();
      session.close();
    }
  }

  ReassignmentCluster(Path directory) throws Exception {
    zookeeper = new TestCluster(directory);
    tool = zookeeper.session();
  }

  /** Starts a broker; the first one is the controller. */
  Node start(int id) throws Exception {
    return start(id, session -> session);
  }

  Node start(int id, UnaryOperator<ZooKeeperSession> wrapper) throws Exception {
    Node node = new Node(id, wrapper);
    nodes.add(node);
    return node;
  }

  /** Registers a broker that takes no part in elections; it goes when the session closes. */
  ZooKeeperClient register(int id) throws Exception {
    ZooKeeperClient session = zookeeper.session();
    new BrokerRegistration(session, EndpointProbe.tcp(100), 10_000)
        .register(TestCluster.broker(id, 9092 + id))
        .get(30, TimeUnit.SECONDS);
    return session;
  }

  void startAll(int... ids) throws Exception {
    for (int id : ids) {
      start(id);
    }
    awaitBrokers(ids.length);
  }

  Node node(int index) {
    return nodes.get(index);
  }

  /** The node whose controller is elected. */
  Node active() {
    return nodes.stream().filter(node -> node.controller.isActive()).findFirst().orElseThrow();
  }

  void awaitBrokers(int count) {
    await(() ->
        nodes.stream()
            .anyMatch(node ->
                node.controller.isActive() && node.controller.liveBrokers().size() == count));
  }

  /** As {@code kafka-topics.sh --create --zookeeper} does; waits until all have leaders. */
  void createTopic(String topic, String partitions) {
    write(ZnodePaths.topic(topic), "{\"version\":1,\"partitions\":" + partitions + "}");
    int count = TopicCodec.decode(topic, read(ZnodePaths.topic(topic)).data()).partitions().size();
    await(() -> {
      for (int i = 0; i < count; i++) {
        if (brokers.isr(topic, i).isEmpty()) {
          return false;
        }
      }
      return true;
    });
  }

  /** As {@code kafka-reassign-partitions.sh --execute --zookeeper} does. */
  void execute(String partitions) {
    write(ZnodePaths.REASSIGN_PARTITIONS, "{\"version\":1,\"partitions\":[" + partitions + "]}");
  }

  static String move(String topic, int partition, String replicas) {
    return "{\"topic\":\"%s\",\"partition\":%d,\"replicas\":[%s]}"
        .formatted(topic, partition, replicas);
  }

  void write(String path, String text) {
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    if (tool.exists(path, false).join().isPresent()) {
      tool.write(path, data, -1).join();
    } else {
      tool.create(path, data, CreateMode.PERSISTENT).join();
    }
  }

  Znode read(String path) {
    return tool.read(path, false).join();
  }

  boolean exists(String path) {
    return tool.exists(path, false).join().isPresent();
  }

  ReplicaAssignment assignment(String topic, int partition) {
    Optional<ReplicaAssignment> found =
        Optional.ofNullable(
            TopicCodec.decode(topic, read(ZnodePaths.topic(topic)).data())
                .partitions()
                .get(partition));
    return found.orElseThrow();
  }

  Map<Integer, ReplicaAssignment> assignments(String topic) {
    return TopicCodec.decode(topic, read(ZnodePaths.topic(topic)).data()).partitions();
  }

  PartitionState state(String topic, int partition) {
    TopicPartition which = new TopicPartition(topic, partition);
    Znode znode = read(ZnodePaths.partitionState(which));
    return PartitionStateCodec.decode(which, znode.data(), znode.stat().getVersion());
  }

  /** The leader writes that a follower has caught up, as before AlterPartition. */
  void joins(String topic, int partition, int follower) {
    TopicPartition which = new TopicPartition(topic, partition);
    while (true) {
      PartitionState state = state(topic, partition);
      List<Integer> isr = new ArrayList<>(state.isr());
      if (isr.contains(follower)) {
        return;
      }
      isr.add(follower);
      if (writeIsr(which, state, isr)) {
        return;
      }
    }
  }

  /** A leader tells that it wrote an ISR, as before AlterPartition. */
  void notifyIsrChange(String topic, int partition) {
    tool.create(
            ZnodePaths.ISR_CHANGE_PREFIX,
            NotificationCodec.encodeIsrChange(List.of(new TopicPartition(topic, partition))),
            CreateMode.PERSISTENT_SEQUENTIAL)
        .join();
  }

  /** The leader writes that a follower is too far behind. */
  void leaves(String topic, int partition, int follower) {
    TopicPartition which = new TopicPartition(topic, partition);
    while (true) {
      PartitionState state = state(topic, partition);
      if (!state.isr().contains(follower) || writeIsr(which, state, state.isrWithout(follower))) {
        return;
      }
    }
  }

  /** As if the controller had made another replica the leader. */
  void leads(String topic, int partition, int leader) {
    TopicPartition which = new TopicPartition(topic, partition);
    while (true) {
      PartitionState state = state(topic, partition);
      if (writeIsr(which, state.withLeaderAndIsr(leader, state.isr()), state.isr())) {
        return;
      }
    }
  }

  private boolean writeIsr(TopicPartition partition, PartitionState state, List<Integer> isr) {
    String text =
        "{\"controller_epoch\":%d,\"leader\":%d,\"version\":1,\"leader_epoch\":%d,\"isr\":[%s]}"
            .formatted(
                state.controllerEpoch(),
                state.leader(),
                state.leaderEpoch(),
                String.join(",", isr.stream().map(String::valueOf).toList()));
    return tool.write(
            ZnodePaths.partitionState(partition),
            text.getBytes(StandardCharsets.UTF_8),
            state.znodeVersion())
        .handle((stat, failure) -> failure == null)
        .join();
  }

  /** Waits for what ZooKeeper or a controller will show. */
  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not become true within 30 s");
      }
      Thread.yield();
    }
  }

  void awaitFinished(String topic) {
    await(() ->
        !exists(ZnodePaths.REASSIGN_PARTITIONS)
            && assignments(topic).values().stream()
                .noneMatch(ReplicaAssignment::isBeingReassigned));
  }

  @Override
  public void close() throws Exception {
    nodes.forEach(Node::close);
    zookeeper.close();
  }
}
