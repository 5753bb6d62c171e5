package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;

/** Who may move partitions where, by request and by the admin znode, and what comes of it. */
class ReassignmentRequestsTest {
  @TempDir Path directory;
  private ReassignmentCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new ReassignmentCluster(directory);
    cluster.startAll(0, 1, 2);
    cluster.createTopic("t", "{\"0\":[0,1],\"1\":[1,0]}");
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void refusesWhatKafkaRefuses() throws Exception {
    assertEquals(ErrorCode.INVALID_REPLICA_ASSIGNMENT, alter(0, List.of()).error());
    assertEquals(
        "Empty replica list specified in partition reassignment.", alter(0, List.of()).message());
    assertEquals(ErrorCode.INVALID_REPLICA_ASSIGNMENT, alter(0, List.of(1, 1)).error());
    assertEquals(ErrorCode.INVALID_REPLICA_ASSIGNMENT, alter(0, List.of(1, -1)).error());
    ReassignmentOutcome dead = alter(0, List.of(1, 7));
    assertEquals(ErrorCode.INVALID_REPLICA_ASSIGNMENT, dead.error());
    assertEquals(
        "Replica assignment has brokers that are not alive. Replica list: 7, live broker list:"
            + " 0,1,2",
        dead.message());
    assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, alter(9, List.of(1)).error());
    assertEquals(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, cancel(0).error());
    assertEquals(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, cancel(9).error());
    assertEquals(
        List.of(ErrorCode.INVALID_REPLICATION_FACTOR),
        alter(Map.of(partition(0), Optional.of(List.of(0, 1, 2))), false).values().stream()
            .map(ReassignmentOutcome::error)
            .toList());
    assertEquals(0, cluster.state("t", 0).leaderEpoch());
  }

  @Test
  void theFactorGoesUpAndDown() throws Exception {
    assertTrue(alter(0, List.of(1, 0, 2)).isBegun());
    assertEquals(List.of(1, 0, 2), cluster.assignment("t", 0).replicas());
    assertEquals(List.of(2), cluster.assignment("t", 0).adding());
    assertEquals(List.of(partition(0)), running());
    cluster.joins("t", 0, 2);
    ReassignmentCluster.await(() -> !cluster.assignment("t", 0).isBeingReassigned());
    assertEquals(new PartitionState(0, 2, List.of(0, 1, 2), 1, 3), cluster.state("t", 0));
    assertTrue(alter(0, List.of(2)).isBegun());
    assertEquals(ReplicaAssignment.of(List.of(2)), cluster.assignment("t", 0));
    assertEquals(2, cluster.state("t", 0).leader());
    assertEquals(List.of(2), cluster.state("t", 0).isr());
    assertEquals(List.of(), running());
  }

  @Test
  void aCancelledMoveGoesBack() throws Exception {
    assertTrue(alter(0, List.of(2, 1)).isBegun());
    cluster.brokers.await(() -> !cluster.brokers.leaderAndIsr(2).isEmpty());
    assertTrue(cancel(0).isBegun());
    // In the order in which the target has those that stay, as with Kafka.
    assertEquals(ReplicaAssignment.of(List.of(1, 0)), cluster.assignment("t", 0));
    assertEquals(List.of(0, 1), cluster.state("t", 0).isr());
    cluster.brokers.await(() -> cluster.brokers.deleted(2).equals(List.of(partition(0))));
    assertEquals(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, cancel(0).error());
  }

  @Test
  void aNewTargetReplacesTheRunningOne() throws Exception {
    cluster.start(3);
    cluster.awaitBrokers(4);
    assertTrue(alter(0, List.of(2, 0)).isBegun());
    cluster.joins("t", 0, 2);
    ReassignmentCluster.await(() -> !cluster.assignment("t", 0).isBeingReassigned());
    assertTrue(alter(0, List.of(1, 2)).isBegun());
    assertTrue(alter(0, List.of(3, 2)).isBegun());
    assertEquals(
        new ReplicaAssignment(List.of(3, 2, 0), List.of(3), List.of(0)),
        cluster.assignment("t", 0));
    cluster.brokers.await(() -> cluster.brokers.deleted(1).size() == 2);
    cluster.joins("t", 0, 3);
    ReassignmentCluster.await(() -> !cluster.assignment("t", 0).isBeingReassigned());
    assertEquals(List.of(2, 3), cluster.state("t", 0).isr());
  }

  /** The only replica in sync is one that would go: going back would lose what it has. */
  @Test
  void nothingIsGivenUpThatNobodyElseHas() throws Exception {
    cluster.leaves("t", 0, 1);
    assertTrue(alter(0, List.of(2, 1)).isBegun());
    cluster.joins("t", 0, 2);
    cluster.leads("t", 0, 2);
    cluster.leaves("t", 0, 0);
    ReassignmentOutcome refused = cancel(0);
    assertEquals(ErrorCode.INVALID_REPLICA_ASSIGNMENT, refused.error());
    assertEquals(List.of(partition(0)), running());
    assertTrue(cluster.state("t", 0).isr().contains(2));
    assertFalse(cluster.brokers.deleted(2).contains(partition(0)));
    cluster.joins("t", 0, 1);
    ReassignmentCluster.await(() -> !cluster.assignment("t", 0).isBeingReassigned());
    assertEquals(List.of(2, 1), cluster.state("t", 0).isr());
  }

  /** The leader is one of the added replicas, and a replica of the origin is not in sync. */
  @Test
  void anotherReplicaLeadsWhenTheLeaderIsOneThatGoes() throws Exception {
    cluster.start(3);
    cluster.awaitBrokers(4);
    for (int partition : List.of(0, 1)) {
      cluster.leaves("t", partition, 1 - partition);
      assertTrue(alter(partition, List.of(2, 1 - partition)).isBegun());
      cluster.joins("t", partition, 2);
      cluster.leads("t", partition, 2);
    }
    assertTrue(cancel(0).isBegun());
    assertEquals(0, cluster.state("t", 0).leader());
    assertEquals(List.of(0), cluster.state("t", 0).isr());
    assertTrue(alter(1, List.of(3, 1)).isBegun());
    assertEquals(1, cluster.state("t", 1).leader());
    assertEquals(List.of(partition(1)), running());
    assertEquals(1, cluster.active().controller.reassigningPartitions());
    cluster.joins("t", 1, 3);
    ReassignmentCluster.await(() -> running().isEmpty());
    assertEquals(List.of(1, 3), cluster.state("t", 1).isr());
  }

  @Test
  void aRequestTakesAPartitionOverFromTheZnode() throws Exception {
    cluster.execute(
        ReassignmentCluster.move("t", 0, "2,1") + "," + ReassignmentCluster.move("t", 1, "2,0"));
    ReassignmentCluster.await(() -> running().size() == 2);
    assertTrue(cancel(0).isBegun());
    assertEquals(
        "{\"version\":1,\"partitions\":[{\"topic\":\"t\",\"partition\":1,\"replicas\":[2,0]}]}",
        cluster.read(ZnodePaths.REASSIGN_PARTITIONS).text());
    assertEquals(List.of(partition(1)), running());
    assertTrue(cancel(1).isBegun());
    assertFalse(cluster.exists(ZnodePaths.REASSIGN_PARTITIONS));
  }

  @Test
  void theZnodeMayBeWrittenAgainWhileItsMovesRun() throws Exception {
    cluster.execute(ReassignmentCluster.move("t", 0, "2,1"));
    ReassignmentCluster.await(() -> running().size() == 1);
    cluster.execute(
        ReassignmentCluster.move("t", 0, "2,1") + "," + ReassignmentCluster.move("t", 1, "1,2"));
    ReassignmentCluster.await(() -> running().size() == 2);
    assertEquals(1, cluster.state("t", 0).leaderEpoch()); // it was not begun anew
    cluster.joins("t", 0, 2);
    cluster.joins("t", 1, 2);
    cluster.awaitFinished("t");
  }

  @Test
  void badEntriesOfTheZnodeAreDroppedAndTheOthersDone() throws Exception {
    cluster.execute(
        String.join(
            ",",
            ReassignmentCluster.move("nope", 0, "1"),
            ReassignmentCluster.move("t", 9, "1"),
            ReassignmentCluster.move("t", 0, "1,99"),
            "{\"topic\":\"t\"}",
            "7",
            ReassignmentCluster.move("t", 1, "1,2")));
    ReassignmentCluster.await(() -> running().equals(List.of(partition(1))));
    ReassignmentCluster.await(() ->
        cluster
            .read(ZnodePaths.REASSIGN_PARTITIONS)
            .text()
            .equals(
                "{\"version\":1,\"partitions\":[{\"topic\":\"t\",\"partition\":1,"
                    + "\"replicas\":[1,2]}]}"));
    assertEquals(0, cluster.state("t", 0).leaderEpoch());
    cluster.joins("t", 1, 2);
    cluster.awaitFinished("t");
    for (String replicas : List.of("", "1,1", "-5")) {
      cluster.execute(ReassignmentCluster.move("t", 0, replicas));
      ReassignmentCluster.await(() -> !cluster.exists(ZnodePaths.REASSIGN_PARTITIONS));
    }
  }

  @Test
  void aMalformedZnodeIsRemoved() throws Exception {
    for (String text : List.of("{", "", "[]", "{\"version\":1}", "{\"partitions\":{}}")) {
      cluster.write(ZnodePaths.REASSIGN_PARTITIONS, text);
      ReassignmentCluster.await(() -> !cluster.exists(ZnodePaths.REASSIGN_PARTITIONS));
    }
    cluster.execute(ReassignmentCluster.move("t", 0, "1,0")); // another order only
    cluster.awaitFinished("t");
    ReassignmentCluster.await(
        () -> cluster.assignment("t", 0).equals(ReplicaAssignment.of(List.of(1, 0))));
    assertEquals(0, cluster.state("t", 0).leader());
    assertEquals(1, cluster.state("t", 0).leaderEpoch());
  }

  @Test
  void aDeletionEndsTheMoveAndTakesOldAndNewReplicas() throws Exception {
    cluster.execute(ReassignmentCluster.move("t", 0, "2,1"));
    ReassignmentCluster.await(() -> running().size() == 1);
    cluster.tool.create(ZnodePaths.deleteTopic("t"), null, CreateMode.PERSISTENT).join();
    ReassignmentCluster.await(() -> !cluster.exists(ZnodePaths.topic("t")));
    ReassignmentCluster.await(() -> !cluster.exists(ZnodePaths.REASSIGN_PARTITIONS));
    assertTrue(cluster.brokers.deleted(2).contains(partition(0)));
    assertTrue(cluster.brokers.deleted(0).contains(partition(0)));
    assertEquals(List.of(), running());
  }

  /** A tool adds a partition between our reading and writing of the topic. */
  @Test
  void partitionsAddedMeanwhileAreKept() throws Exception {
    assertTrue(alter(0, List.of(2, 1)).isBegun());
    cluster.write(
        ZnodePaths.topic("t"),
        cluster.read(ZnodePaths.topic("t")).text().replace("\"1\":[1,0]", "\"1\":[1,0],\"2\":[2]"));
    cluster.brokers.await(() -> !cluster.brokers.isr("t", 2).isEmpty());
    cluster.joins("t", 0, 2);
    ReassignmentCluster.await(() -> !cluster.assignment("t", 0).isBeingReassigned());
    assertEquals(ReplicaAssignment.of(List.of(2)), cluster.assignment("t", 2));
    assertEquals(ReplicaAssignment.of(List.of(2, 1)), cluster.assignment("t", 0));
  }

  private List<TopicPartition> running() {
    return cluster.active().controller.runningReassignments().join().stream()
        .map(RunningReassignment::partition)
        .toList();
  }

  private ReassignmentOutcome alter(int partition, List<Integer> replicas) throws Exception {
    return outcome(
        alter(Map.of(partition(partition), Optional.of(replicas)), true), partition(partition));
  }

  private ReassignmentOutcome cancel(int partition) throws Exception {
    return outcome(
        alter(Map.of(partition(partition), Optional.empty()), true), partition(partition));
  }

  private static ReassignmentOutcome outcome(
      Map<TopicPartition, ReassignmentOutcome> outcomes, TopicPartition partition) {
    assertTrue(outcomes.containsKey(partition));
    return Optional.ofNullable(outcomes.get(partition)).orElseThrow();
  }

  private Map<TopicPartition, ReassignmentOutcome> alter(
      Map<TopicPartition, Optional<List<Integer>>> targets, boolean mayChangeFactor)
      throws Exception {
    return cluster
        .active()
        .controller
        .alterReassignments(targets, mayChangeFactor)
        .get(30, TimeUnit.SECONDS);
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition("t", number);
  }
}
