package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.protocol.TopicPartition;

/** Controllers and brokers that end while partitions are being moved. */
class ReassignmentFailoverTest {
  private static final int FIRST_CONTROLLER = 100;

  @TempDir Path directory;
  private ReassignmentCluster cluster;
  private final List<CrashingSession> sessions = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    cluster = new ReassignmentCluster(directory);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  /** The controller ends before its first, second, ... write, until it needs no more of them. */
  @Test
  void theNextControllerGoesOnFromEachWrite() throws Exception {
    for (int id = 0; id < 4; id++) {
      cluster.register(id);
    }
    boolean isDone = false;
    for (int writes = 0; !isDone; writes++) {
      ReassignmentCluster.Node controller = controller(FIRST_CONTROLLER + writes);
      String topic = "t" + writes;
      cluster.createTopic(topic, "{\"0\":[0,1],\"1\":[1,0]}");
      CrashingSession session = sessions.getLast();
      CompletableFuture<Void> crash = new CompletableFuture<>();
      session.crashAfter(writes, () -> crash.complete(null));
      cluster.execute(
          ReassignmentCluster.move(topic, 0, "2,3")
              + ","
              + ReassignmentCluster.move(topic, 1, "3,1"));
      // The leader tells of those that have caught up, as soon as they were told to follow.
      ReassignmentCluster.await(
          () -> session.isCrashed() || cluster.state(topic, 0).leaderEpoch() > 0);
      if (!session.isCrashed()) {
        followersCatchUp(topic);
        ReassignmentCluster.await(() -> session.isCrashed() || isFinished(topic));
      }
      isDone = !session.isCrashed();
      if (!isDone) {
        controller.session.close();
        controller = controller(FIRST_CONTROLLER + 1_000 + writes);
        ReassignmentCluster.await(() -> cluster.state(topic, 0).leaderEpoch() > 0);
        followersCatchUp(topic);
      }
      cluster.awaitFinished(topic);
      assertMoved(topic, writes);
      controller.session.close();
    }
  }

  private boolean isFinished(String topic) {
    return !cluster.exists("/admin/reassign_partitions")
        && cluster.assignments(topic).values().stream()
            .noneMatch(ReplicaAssignment::isBeingReassigned);
  }

  private void followersCatchUp(String topic) {
    cluster.joins(topic, 0, 2);
    cluster.joins(topic, 0, 3);
    cluster.joins(topic, 1, 3);
  }

  private void assertMoved(String topic, int writes) throws Exception {
    String when = "crashed after " + writes + " writes";
    assertEquals(List.of(2, 3), cluster.assignment(topic, 0).replicas(), when);
    assertEquals(List.of(3, 1), cluster.assignment(topic, 1).replicas(), when);
    PartitionState first = cluster.state(topic, 0);
    assertEquals(Set.of(2, 3), new HashSet<>(first.isr()), when);
    assertTrue(Set.of(2, 3).contains(first.leader()), when);
    PartitionState second = cluster.state(topic, 1);
    assertEquals(Set.of(3, 1), new HashSet<>(second.isr()), when);
    assertEquals(1, second.leader(), when); // the leader that stays keeps leading
    cluster.brokers.await(() ->
        cluster.brokers.deleted(0).contains(new TopicPartition(topic, 0))
            && cluster.brokers.deleted(0).contains(new TopicPartition(topic, 1))
            && cluster.brokers.deleted(1).contains(new TopicPartition(topic, 0)));
  }

  private ReassignmentCluster.Node controller(int id) throws Exception {
    ReassignmentCluster.Node node =
        cluster.start(
            id,
            session -> {
              CrashingSession crashing = new CrashingSession(session);
              sessions.add(crashing);
              return crashing;
            });
    ReassignmentCluster.await(node.controller::isActive);
    return node;
  }

  @Test
  void aTargetBrokerThatIsDownIsWaitedFor() throws Exception {
    ReassignmentCluster.Node controller = cluster.start(0);
    cluster.start(1);
    ZooKeeperClient second = cluster.register(2);
    cluster.awaitBrokers(3);
    cluster.createTopic("t", "{\"0\":[0,1]}");
    cluster.execute(ReassignmentCluster.move("t", 0, "0,2"));
    ReassignmentCluster.await(() -> cluster.state("t", 0).leaderEpoch() == 1);
    second.close();
    cluster.awaitBrokers(2);
    assertEquals(1, controller.controller.reassigningPartitions());
    int before = cluster.brokers.leaderAndIsr(2).size();
    ZooKeeperClient back = cluster.register(2);
    cluster.brokers.await(() -> cluster.brokers.leaderAndIsr(2).size() > before);
    cluster.joins("t", 0, 2);
    cluster.awaitFinished("t");
    assertEquals(List.of(0, 2), cluster.state("t", 0).isr());
    assertEquals(0, cluster.state("t", 0).leader());
    back.close();
  }

  @Test
  void anotherReplicaLeadsWhenTheLeaderDiesMeanwhile() throws Exception {
    cluster.start(0);
    ZooKeeperClient first = cluster.register(1);
    cluster.register(2);
    cluster.register(3);
    cluster.awaitBrokers(4);
    cluster.createTopic("t", "{\"0\":[1,2]}");
    cluster.execute(ReassignmentCluster.move("t", 0, "3,0"));
    ReassignmentCluster.await(() -> cluster.state("t", 0).leaderEpoch() == 1);
    cluster.joins("t", 0, 3);
    first.close();
    // The target replica that is in sync already leads: it comes first.
    ReassignmentCluster.await(() -> cluster.state("t", 0).leader() == 3);
    cluster.joins("t", 0, 0);
    cluster.awaitFinished("t");
    assertEquals(List.of(3, 0), cluster.assignment("t", 0).replicas());
    assertEquals(List.of(3, 0), cluster.state("t", 0).isr());
    cluster.brokers.await(() -> cluster.brokers.deleted(2).size() == 1);
  }

  @Test
  void cancelsThoughTheTargetBrokerIsDown() throws Exception {
    ReassignmentCluster.Node controller = cluster.start(0);
    cluster.start(1);
    ZooKeeperClient second = cluster.register(2);
    cluster.awaitBrokers(3);
    cluster.createTopic("t", "{\"0\":[0,1]}");
    cluster.execute(ReassignmentCluster.move("t", 0, "0,2"));
    ReassignmentCluster.await(() -> cluster.state("t", 0).leaderEpoch() == 1);
    cluster.joins("t", 0, 0); // nothing new
    second.close();
    cluster.awaitBrokers(2);
    Map<TopicPartition, ReassignmentOutcome> outcomes =
        controller
            .controller
            .alterReassignments(Map.of(new TopicPartition("t", 0), Optional.empty()), true)
            .get(30, TimeUnit.SECONDS);
    assertEquals(
        List.of(true), outcomes.values().stream().map(ReassignmentOutcome::isBegun).toList());
    cluster.awaitFinished("t");
    assertEquals(ReplicaAssignment.of(List.of(0, 1)), cluster.assignment("t", 0));
    assertEquals(List.of(0, 1), cluster.state("t", 0).isr());
    assertEquals(0, controller.controller.reassigningPartitions());
  }
}
