package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.topic.TopicException;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.LeaderAndIsrRequest;

/** Elections for every reason there is, with several brokers and a real ZooKeeper. */
class ElectionTest {
  @TempDir Path directory;
  private ReassignmentCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new ReassignmentCluster(directory);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void aBrokersEndMovesLeadersAndShrinksIsrsInOneWrite() throws Exception {
    cluster.startAll(0, 1, 2);
    cluster.createTopic("t", "{\"0\":[2,1,0],\"1\":[1,2,0],\"2\":[2],\"3\":[0,1]}");
    int before = cluster.brokers.leaderAndIsr(0).size();
    cluster.node(2).close();
    cluster.brokers.await(() -> leader("t", 0) == 1 && leader("t", 2) == -1);
    assertEquals(new PartitionState(1, 1, List.of(1, 0), 1, 1), cluster.state("t", 0));
    assertEquals(new PartitionState(1, 1, List.of(1, 0), 1, 1), cluster.state("t", 1));
    assertEquals(new PartitionState(-1, 1, List.of(2), 1, 1), cluster.state("t", 2));
    assertEquals(new PartitionState(0, 0, List.of(0, 1), 1, 0), cluster.state("t", 3));
    assertEquals(before + 1, cluster.brokers.leaderAndIsr(0).size(), "one request for all");
    assertEquals(
        Set.of(0, 1), partitions(cluster.brokers.leaderAndIsr(0).getLast()), "and only these");
    cluster.start(2);
    cluster.brokers.await(() -> leader("t", 2) == 2);
    assertEquals(new PartitionState(2, 2, List.of(2), 1, 2), cluster.state("t", 2));
  }

  @Test
  void theNextControllerMendsAllInOneWrite() throws Exception {
    cluster.startAll(0, 1, 2);
    cluster.createTopic("t", "{\"0\":[0,1,2],\"1\":[1,2,0],\"2\":[0]}");
    cluster.node(0).close();
    cluster.brokers.await(() -> leader(1, "t", 0) == 1 && leader(1, "t", 2) == -1);
    assertEquals(new PartitionState(1, 1, List.of(1, 2), 2, 1), cluster.state("t", 0));
    assertEquals(new PartitionState(1, 1, List.of(1, 2), 2, 1), cluster.state("t", 1));
    assertEquals(new PartitionState(-1, 1, List.of(0), 2, 1), cluster.state("t", 2));
    assertEquals(
        1,
        cluster.brokers.leaderAndIsr(1).stream()
            .filter(request -> request.controllerEpoch() == 2)
            .count());
  }

  @Test
  void preferredLeadersAreElectedOnRequest() throws Exception {
    cluster.startAll(0, 1, 2);
    cluster.createTopic("t", "{\"0\":[2,1],\"1\":[1,2],\"2\":[2,0]}");
    cluster.node(2).close();
    cluster.brokers.await(() -> leader("t", 0) == 1 && leader("t", 2) == 0);
    assertEquals(
        ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE, elect(LeaderElection.Type.PREFERRED, 0).error());
    cluster.start(2);
    cluster.awaitBrokers(3);
    assertEquals(
        ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
        elect(LeaderElection.Type.PREFERRED, 0).error(),
        "there, but not in sync");
    cluster.joins("t", 0, 2);
    assertEquals(
        new LeaderElection(ErrorCode.NONE, null, 2), elect(LeaderElection.Type.PREFERRED, 0));
    assertEquals(
        ErrorCode.ELECTION_NOT_NEEDED, elect(LeaderElection.Type.PREFERRED, 0).error(), "again");
    assertEquals(
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, elect(LeaderElection.Type.PREFERRED, 77).error());
    assertEquals(new PartitionState(2, 2, List.of(1, 2), 1, 3), cluster.state("t", 0));
    Map<TopicPartition, LeaderElection> all = electAll(LeaderElection.Type.PREFERRED, null);
    assertEquals(
        List.of(
            ErrorCode.ELECTION_NOT_NEEDED,
            ErrorCode.ELECTION_NOT_NEEDED,
            ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE),
        List.of(result(all, 0).error(), result(all, 1).error(), result(all, 2).error()));
  }

  @Test
  void preferredLeadersAreElectedForTheOldTool() throws Exception {
    cluster.startAll(0, 1);
    cluster.createTopic("t", "{\"0\":[1,0]}");
    cluster.node(1).close();
    cluster.brokers.await(() -> leader("t", 0) == 0);
    cluster.start(1);
    cluster.awaitBrokers(2);
    cluster.joins("t", 0, 1);
    cluster.write(ZnodePaths.PREFERRED_REPLICA_ELECTION, "{\"partitions\":[{\"topic\":");
    ReassignmentCluster.await(() -> !cluster.exists(ZnodePaths.PREFERRED_REPLICA_ELECTION));
    assertEquals(0, cluster.state("t", 0).leader());
    cluster.write(
        ZnodePaths.PREFERRED_REPLICA_ELECTION,
        "{\"version\":1,\"partitions\":[{\"topic\":\"t\",\"partition\":0},"
            + "{\"topic\":\"none\",\"partition\":0}]}");
    ReassignmentCluster.await(() -> !cluster.exists(ZnodePaths.PREFERRED_REPLICA_ELECTION));
    assertEquals(1, cluster.state("t", 0).leader());
  }

  @Test
  void aRequestThatCameBetweenTwoControllersIsFollowed() throws Exception {
    cluster.startAll(0, 1, 2);
    cluster.createTopic("t", "{\"0\":[2,1]}");
    cluster.node(2).close();
    cluster.brokers.await(() -> leader("t", 0) == 1);
    cluster.start(2);
    cluster.awaitBrokers(3);
    cluster.joins("t", 0, 2);
    cluster.node(0).close();
    cluster.write(
        ZnodePaths.PREFERRED_REPLICA_ELECTION,
        "{\"version\":1,\"partitions\":[{\"topic\":\"t\",\"partition\":0}]}");
    ReassignmentCluster.await(() -> !cluster.exists(ZnodePaths.PREFERRED_REPLICA_ELECTION));
    assertEquals(2, cluster.state("t", 0).leader());
  }

  @Test
  void leadersGoBackByThemselvesWhenTooManyAreMissing() throws Exception {
    cluster.elections.rebalance = true;
    cluster.elections.checkIntervalMs = 20;
    cluster.startAll(0, 1);
    cluster.createTopic("t", "{\"0\":[1,0],\"1\":[1,0]}");
    cluster.node(1).close();
    cluster.brokers.await(() -> leader("t", 0) == 0 && leader("t", 1) == 0);
    cluster.start(1);
    cluster.awaitBrokers(2);
    cluster.joins("t", 0, 1);
    // The ISR came behind the controller's back; the notification tells it, as old leaders do.
    cluster.notifyIsrChange("t", 0);
    cluster.brokers.await(() -> leader("t", 0) == 1);
    assertEquals(0, cluster.state("t", 1).leader(), "not in sync");
  }

  @Test
  void uncleanLeadersOnlyWhereTheyAreAllowed() throws Exception {
    cluster.startAll(0, 1, 2);
    cluster.write("/config/topics/a", "{\"version\":1,\"config\":{}}");
    cluster.write(
        "/config/topics/b",
        "{\"version\":1,\"config\":{\"unclean.leader.election.enable\":\"true\"}}");
    cluster.createTopic("a", "{\"0\":[2,1]}");
    cluster.createTopic("b", "{\"0\":[2,1]}");
    cluster.createTopic("c", "{\"0\":[2,1]}");
    for (String topic : List.of("a", "b", "c")) {
      cluster.leaves(topic, 0, 1);
      cluster.notifyIsrChange(topic, 0);
      cluster.brokers.await(() -> cluster.brokers.isr(topic, 0).equals(List.of(2)));
    }
    cluster.node(2).close();
    cluster.brokers.await(() -> leader("b", 0) == 1 && leader("a", 0) == -1);
    PartitionState unclean = cluster.state("b", 0);
    assertEquals(List.of(1), unclean.isr());
    assertTrue(unclean.isRecovering());
    assertEquals(List.of(2), cluster.state("a", 0).isr());

    // Asked for by name.
    assertEquals(
        1, result(electAll(LeaderElection.Type.UNCLEAN, Set.of(p("c", 0))), "c", 0).leader());
    assertEquals(
        ErrorCode.ELECTION_NOT_NEEDED,
        result(electAll(LeaderElection.Type.UNCLEAN, Set.of(p("c", 0))), "c", 0).error());

    // Allowed by the topic later on.
    cluster.write(
        "/config/topics/a",
        "{\"version\":1,\"config\":{\"unclean.leader.election.enable\":\"true\"}}");
    cluster.active().controller.uncleanElectionEnabled("a");
    cluster.brokers.await(() -> leader("a", 0) == 1);
  }

  @Test
  void uncleanLeadersWhenTheBrokersDefaultAllowsThemLater() throws Exception {
    cluster.startAll(0, 1);
    cluster.createTopic("t", "{\"0\":[1,0]}");
    cluster.leaves("t", 0, 0);
    cluster.notifyIsrChange("t", 0);
    cluster.brokers.await(() -> cluster.brokers.isr("t", 0).equals(List.of(1)));
    cluster.node(1).close();
    cluster.brokers.await(() -> leader("t", 0) == -1);
    cluster.elections.unclean = true;
    cluster.active().controller.uncleanElectionEnabled(null);
    cluster.brokers.await(() -> leader("t", 0) == 0);
  }

  @Test
  void aRegistrationThatWasRemovedIsMadeAgain() throws Exception {
    cluster.startAll(0, 1);
    cluster.createTopic("t", "{\"0\":[1,0]}");
    long before = cluster.read(ZnodePaths.broker(1)).stat().getCzxid();
    cluster.tool.delete(ZnodePaths.broker(1), -1).join();
    ReassignmentCluster.await(() -> cluster.exists(ZnodePaths.broker(1)));
    assertNotEquals(before, cluster.read(ZnodePaths.broker(1)).stat().getCzxid());
    // Seen as one that went and came, if not only after it came again.
    cluster.brokers.await(() -> leader("t", 0) == 0);
    cluster.tool.delete(ZnodePaths.broker(0), -1).join(); // the controller's own
    ReassignmentCluster.await(() -> cluster.exists(ZnodePaths.broker(0)));
    cluster.awaitBrokers(2);
  }

  @Test
  void aControllerNodeThatWasRemovedLeadsToAnElection() throws Exception {
    cluster.startAll(0, 1);
    cluster.createTopic("t", "{\"0\":[1,0]}");
    cluster.tool.delete(ZnodePaths.CONTROLLER, -1).join();
    ReassignmentCluster.await(() ->
        cluster.exists(ZnodePaths.CONTROLLER)
            && cluster.read(ZnodePaths.CONTROLLER_EPOCH).text().equals("2"));
    cluster.createTopic("u", "{\"0\":[0,1]}");
    assertEquals(2, cluster.state("u", 0).controllerEpoch());
  }

  @Test
  void aBrokerThatRegisteredAgainBeforeItsChangeWasReadIsToldItsReplicas() throws Exception {
    String registration = ZnodePaths.broker(1);
    AtomicBoolean isHeld = new AtomicBoolean();
    CompletableFuture<Void> reading = new CompletableFuture<>();
    CompletableFuture<Void> mayRead = new CompletableFuture<>();
    cluster.start(
        0,
        session ->
            (ZooKeeperSession)
                Proxy.newProxyInstance(
                    ZooKeeperSession.class.getClassLoader(),
                    new Class<?>[] {ZooKeeperSession.class},
                    (proxy, method, arguments) -> {
                      if (method.getName().equals("readIfPresent")
                          && arguments[0].equals(registration)
                          && isHeld.compareAndSet(true, false)) {
                        reading.complete(null);
                        return mayRead.thenCompose(
                            done -> session.readIfPresent(registration, (boolean) arguments[1]));
                      }
                      return method.invoke(session, arguments);
                    }));
    ZooKeeperClient first = cluster.register(1);
    cluster.awaitBrokers(2);
    cluster.createTopic("t", "{\"0\":[1,0]}");
    cluster.brokers.await(() -> !cluster.brokers.leaderAndIsr(1).isEmpty());
    isHeld.set(true);
    cluster.write(registration, cluster.read(registration).text());
    reading.get(30, TimeUnit.SECONDS);
    int before = cluster.brokers.leaderAndIsr(1).size();
    first.close();
    cluster.register(1);
    mayRead.complete(null);
    cluster.brokers.await(() -> cluster.brokers.leaderAndIsr(1).size() > before);
    assertEquals(0, cluster.state("t", 0).leader());
  }

  @Test
  void whoAsksAStoppedControllerIsSentToTheNextOne() throws Exception {
    cluster.startAll(0);
    Controller controller = cluster.active().controller;
    controller.stop().get(30, TimeUnit.SECONDS);
    assertEquals(ErrorCode.NOT_CONTROLLER, refusal(controller));
    cluster.node(0).thread.close();
    assertEquals(ErrorCode.NOT_CONTROLLER, refusal(controller));
  }

  private static ErrorCode refusal(Controller controller) {
    ExecutionException failure =
        assertThrows(
            ExecutionException.class,
            () ->
                controller
                    .electLeaders(LeaderElection.Type.PREFERRED, null)
                    .get(30, TimeUnit.SECONDS));
    return assertInstanceOf(TopicException.class, failure.getCause()).error();
  }

  // ---- looking

  private static TopicPartition p(String topic, int partition) {
    return new TopicPartition(topic, partition);
  }

  /** Whom broker 0 was told last. */
  private int leader(String topic, int partition) {
    return leader(0, topic, partition);
  }

  private int leader(int broker, String topic, int partition) {
    Integer told = cluster.brokers.leader(broker, topic, partition);
    return told == null ? Integer.MIN_VALUE : told;
  }

  private static Set<Integer> partitions(LeaderAndIsrRequest request) {
    Set<Integer> partitions = new TreeSet<>();
    request
        .topicStates()
        .forEach(topic ->
            topic.partitionStates().forEach(state -> partitions.add(state.partitionIndex())));
    return partitions;
  }

  private LeaderElection elect(LeaderElection.Type type, int partition) throws Exception {
    return result(electAll(type, Set.of(p("t", partition))), partition);
  }

  private Map<TopicPartition, LeaderElection> electAll(
      LeaderElection.Type type, @Nullable Set<TopicPartition> partitions) throws Exception {
    return cluster.active().controller.electLeaders(type, partitions).get(30, TimeUnit.SECONDS);
  }

  private static LeaderElection result(Map<TopicPartition, LeaderElection> results, int partition) {
    return result(results, "t", partition);
  }

  private static LeaderElection result(
      Map<TopicPartition, LeaderElection> results, String topic, int partition) {
    LeaderElection result = results.get(p(topic, partition));
    if (result == null) {
      throw new AssertionError("nothing about " + topic + "-" + partition + " in " + results);
    }
    return result;
  }
}
