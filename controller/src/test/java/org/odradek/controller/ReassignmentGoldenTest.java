package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.StopReplicaRequest;

/** Reassignments by the admin znode, with what Kafka 2.4.1 left in ZooKeeper for the same ones. */
class ReassignmentGoldenTest {
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

  /** The walkthrough: five partitions spread from three brokers over five. */
  @Test
  void fivePartitionsMoveToFiveBrokers() throws Exception {
    cluster.startAll(0, 1, 2, 3, 4);
    cluster.createTopic(
        "test_me", "{\"0\":[1,0,2],\"1\":[2,1,0],\"2\":[0,2,1],\"3\":[1,2,0],\"4\":[2,0,1]}");
    cluster.execute(
        String.join(
            ",",
            ReassignmentCluster.move("test_me", 3, "0,1,2"),
            ReassignmentCluster.move("test_me", 0, "2,3,4"),
            ReassignmentCluster.move("test_me", 2, "4,0,1"),
            ReassignmentCluster.move("test_me", 4, "1,2,3"),
            ReassignmentCluster.move("test_me", 1, "3,4,0")));
    ReassignmentCluster.await(() -> cluster.state("test_me", 0).leaderEpoch() == 1);
    cluster.joins("test_me", 0, 3);
    cluster.joins("test_me", 0, 4);
    cluster.joins("test_me", 1, 3);
    cluster.joins("test_me", 1, 4);
    cluster.joins("test_me", 2, 4);
    cluster.joins("test_me", 4, 3);
    cluster.awaitFinished("test_me");

    assertState(0, 2, 4, List.of(2, 3, 4), 6);
    assertState(1, 3, 4, List.of(0, 3, 4), 6);
    assertState(2, 0, 3, List.of(0, 1, 4), 4);
    assertState(3, 1, 1, List.of(1, 2, 0), 1);
    assertState(4, 2, 3, List.of(2, 1, 3), 4);
    assertEquals(List.of(2, 3, 4), cluster.assignment("test_me", 0).replicas());
    assertEquals(List.of(3, 4, 0), cluster.assignment("test_me", 1).replicas());
    assertEquals(List.of(4, 0, 1), cluster.assignment("test_me", 2).replicas());
    assertEquals(List.of(0, 1, 2), cluster.assignment("test_me", 3).replicas());
    assertEquals(List.of(1, 2, 3), cluster.assignment("test_me", 4).replicas());
    cluster.brokers.await(() -> cluster.brokers.deleted(0).size() == 2);
    assertEquals(
        List.of(partition(0), partition(4)), cluster.brokers.deleted(0).stream().sorted().toList());
    assertEquals(
        List.of(partition(0), partition(1)), cluster.brokers.deleted(1).stream().sorted().toList());
    assertEquals(
        List.of(partition(1), partition(2)), cluster.brokers.deleted(2).stream().sorted().toList());
    assertEquals(0, cluster.active().controller.reassigningPartitions());
  }

  /** In flight, as recorded: adding and removing replicas, the old leader, leader epoch 1. */
  @Test
  void inFlightTheTopicSaysWhatIsAddedAndRemoved() throws Exception {
    cluster.startAll(0, 1, 2);
    cluster.createTopic("big", "{\"0\":[0,1],\"1\":[1,0]}");
    cluster.execute(
        ReassignmentCluster.move("big", 0, "1,2")
            + ","
            + ReassignmentCluster.move("big", 1, "2,1"));
    ReassignmentCluster.await(() ->
        cluster.state("big", 0).leaderEpoch() == 1 && cluster.state("big", 1).leaderEpoch() == 1);
    assertEquals(
        new ReplicaAssignment(List.of(1, 2, 0), List.of(2), List.of(0)),
        cluster.assignment("big", 0));
    assertEquals(
        new ReplicaAssignment(List.of(2, 1, 0), List.of(2), List.of(0)),
        cluster.assignment("big", 1));
    assertEquals(new PartitionState(0, 1, List.of(0, 1), 1, 1), cluster.state("big", 0));
    assertEquals(new PartitionState(1, 1, List.of(1, 0), 1, 1), cluster.state("big", 1));
    assertTrue(cluster.exists(ZnodePaths.REASSIGN_PARTITIONS));
    cluster.brokers.await(() -> !roles(2, "big", 0).isEmpty());
    LeaderAndIsrRequest.LeaderAndIsrPartitionState told = roles(2, "big", 0).getFirst();
    assertEquals(0, told.leader());
    assertEquals(List.of(1, 2, 0), told.replicas());
    assertEquals(List.of(2), told.addingReplicas());
    assertEquals(List.of(0), told.removingReplicas());
    assertTrue(told.isNew());
    assertFalse(roles(1, "big", 0).getLast().isNew());

    cluster.joins("big", 1, 2);
    ReassignmentCluster.await(() -> !cluster.assignment("big", 1).isBeingReassigned());
    assertTrue(cluster.assignment("big", 0).isBeingReassigned());
    ReassignmentCluster.await(() ->
        cluster
            .read(ZnodePaths.REASSIGN_PARTITIONS)
            .text()
            .equals(
                "{\"version\":1,\"partitions\":[{\"topic\":\"big\",\"partition\":0,"
                    + "\"replicas\":[1,2]}]}"));
    cluster.joins("big", 0, 2);
    cluster.awaitFinished("big");
    assertEquals(1, cluster.state("big", 0).leader());
    assertEquals(List.of(1, 2), cluster.state("big", 0).isr());
    assertEquals(1, cluster.state("big", 1).leader());
    assertEquals(List.of(1, 2), cluster.state("big", 1).isr());
    assertEquals(3, cluster.state("big", 0).leaderEpoch());
    // Broker 0 stops, then deletes, under the epoch that took it out of the ISR.
    List<StopReplicaRequest.StopReplicaPartitionState> stopped =
        cluster.brokers.received().stream()
            .filter(each -> each.brokerId() == 0 && each.request() instanceof StopReplicaRequest)
            .flatMap(each -> ((StopReplicaRequest) each.request()).topicStates().stream())
            .flatMap(topic -> topic.partitionStates().stream())
            .filter(state -> state.partitionIndex() == 0)
            .toList();
    assertEquals(
        List.of(false, true), stopped.stream().map(each -> each.deletePartition()).toList());
    assertEquals(3, stopped.getLast().leaderEpoch());
  }

  private List<LeaderAndIsrRequest.LeaderAndIsrPartitionState> roles(
      int broker, String topic, int partition) {
    return cluster.brokers.leaderAndIsr(broker).stream()
        .flatMap(request -> request.topicStates().stream())
        .filter(each -> each.topicName().equals(topic))
        .flatMap(each -> each.partitionStates().stream())
        .filter(each -> each.partitionIndex() == partition)
        .toList();
  }

  private void assertState(
      int partition, int leader, int epoch, List<Integer> isr, int znodeVersion) {
    assertEquals(
        new PartitionState(leader, epoch, isr, 1, znodeVersion),
        cluster.state("test_me", partition));
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition("test_me", number);
  }
}
