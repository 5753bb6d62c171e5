package org.odradek.broker.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataBroker;

class MetadataUpdateTest {
  private static final Uuid ID = new Uuid(1, 2);

  private final TestCluster cluster = new TestCluster();

  @Test
  void addsAndChangesOnlyThePartitionsThatAreNamed() {
    cluster.announce(
        TestCluster.topic(
            "a",
            ID,
            TestCluster.partition(0, 1, List.of(1, 2)),
            TestCluster.partition(1, 2, List.of(2))));
    cluster.announce(TestCluster.topic("a", ID, TestCluster.partition(1, 1, List.of(1))));
    MetadataSnapshot snapshot = cluster.metadata.current();
    TopicMetadata topic = snapshot.topic(ID);
    assertNotNull(topic);
    assertEquals(2, topic.partitions().size());
    PartitionMetadata kept = snapshot.partition("a", 0);
    PartitionMetadata changed = snapshot.partition("a", 1);
    assertNotNull(kept);
    assertNotNull(changed);
    assertEquals(List.of(1, 2), kept.replicas());
    assertEquals(1, changed.leader());
  }

  @Test
  void forgetsATopicWhoseLastPartitionIsBeingDeleted() {
    cluster.announce(TestCluster.topic("a", ID, TestCluster.partition(0, 1, List.of(1))));
    cluster.announce(
        TestCluster.topic(
            "a", ID, TestCluster.partition(0, PartitionMetadata.LEADER_DURING_DELETE, List.of(1))));
    assertNull(cluster.metadata.current().topic("a"));
    assertNull(cluster.metadata.current().topic(ID));
    assertTrue(cluster.metadata.current().topicNames().isEmpty());
  }

  @Test
  void followsATopicThatWasMadeAgainWithAnotherId() {
    Uuid other = new Uuid(3, 4);
    cluster.announce(
        TestCluster.topic(
            "a",
            ID,
            TestCluster.partition(0, 1, List.of(1)),
            TestCluster.partition(1, 1, List.of(1))));
    cluster.announce(TestCluster.topic("a", other, TestCluster.partition(0, 1, List.of(1))));
    TopicMetadata topic = cluster.metadata.current().topic("a");
    assertNotNull(topic);
    assertEquals(1, topic.partitions().size());
    assertNull(cluster.metadata.current().topic(ID));
    assertNotNull(cluster.metadata.current().topic(other));
  }

  @Test
  void replacesTheLiveBrokers() {
    cluster.announce();
    cluster.updates.apply(
        new UpdateMetadataRequest()
            .controllerId(2)
            .controllerEpoch(2)
            .liveBrokers(List.of(new UpdateMetadataBroker().id(2).v0Host("old").v0Port(9092))));
    MetadataSnapshot snapshot = cluster.metadata.current();
    assertFalse(snapshot.isAlive(1));
    assertEquals(2, snapshot.controllerId());
    BrokerNode node = snapshot.brokers().get(2);
    assertNotNull(node);
    assertEquals("PLAINTEXT://old:9092", String.valueOf(node.endpoints().get("PLAINTEXT")));
  }

  @Test
  void refusesAnOlderControllerAndAnEarlierLifeOfThisBroker() {
    cluster.announce();
    cluster.fence.registered(100);
    UpdateMetadataRequest stale = new UpdateMetadataRequest().controllerEpoch(0);
    assertEquals(ErrorCode.STALE_CONTROLLER_EPOCH.code(), cluster.updates.apply(stale).errorCode());
    UpdateMetadataRequest early = new UpdateMetadataRequest().controllerEpoch(1).brokerEpoch(99);
    assertEquals(ErrorCode.STALE_BROKER_EPOCH.code(), cluster.updates.apply(early).errorCode());
    assertTrue(cluster.metadata.current().isAlive(1));
  }

  @Test
  void wakesWhoWaitsForACondition() {
    CompletableFuture<MetadataSnapshot> waiting =
        cluster.metadata.await(snapshot -> snapshot.topic("a") != null);
    cluster.announce();
    assertFalse(waiting.isDone());
    cluster.announce(TestCluster.topic("a", ID, TestCluster.partition(0, 1, List.of(1))));
    assertTrue(waiting.isDone());
    assertTrue(cluster.metadata.await(snapshot -> snapshot.isAlive(2)).isDone());
  }
}
