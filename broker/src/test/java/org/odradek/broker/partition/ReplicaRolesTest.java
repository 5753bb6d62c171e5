package org.odradek.broker.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrPartitionState;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrTopicState;
import org.odradek.protocol.message.LeaderAndIsrResponse;
import org.odradek.protocol.message.StopReplicaRequest;
import org.odradek.protocol.message.StopReplicaRequest.StopReplicaPartitionState;
import org.odradek.protocol.message.StopReplicaRequest.StopReplicaPartitionV0;
import org.odradek.protocol.message.StopReplicaRequest.StopReplicaTopicState;
import org.odradek.protocol.message.StopReplicaRequest.StopReplicaTopicV1;
import org.odradek.protocol.message.StopReplicaResponse;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.AppendResult;
import org.odradek.storage.LogException;

final class ReplicaRolesTest {
  private static final TopicPartition T0 = new TopicPartition("t", 0);

  @TempDir Path directory;
  private TestBroker broker;

  @BeforeEach
  void start() {
    broker = new TestBroker(directory);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void leadsAndFollows() {
    List<String> heard = new ArrayList<>();
    broker.partitions.addListener(
        new LeadershipListener() {
          @Override
          public void onLeader(Partition partition, int leaderEpoch) {
            heard.add("leader " + partition.topicPartition() + " " + leaderEpoch);
          }

          @Override
          public void onNotLeader(Partition partition, int leaderEpoch) {
            heard.add("not " + partition.topicPartition() + " " + leaderEpoch);
          }
        });
    Partition partition = broker.lead("t");
    assertTrue(partition.isLeader());
    assertEquals(broker.topicId("t"), partition.topicId());
    assertEquals(3, partition.log().latestLeaderEpoch().orElse(-1));
    broker.tell("t", 0, TestBroker.OTHER, 4, List.of(TestBroker.ID, TestBroker.OTHER));
    assertFalse(partition.isLeader());
    LogException refused =
        assertThrows(
            LogException.class,
            () -> partition.append(broker.batch("a"), AppendOrigin.CLIENT, false));
    assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER, refused.errorCode());
    assertEquals(List.of("leader t-0 3", "not t-0 4"), heard);
  }

  @Test
  void staleAndForeignDecisions() {
    Partition partition = broker.lead("t");
    assertEquals(
        ErrorCode.STALE_CONTROLLER_EPOCH,
        broker.tell("t", 0, TestBroker.OTHER, 3, List.of(TestBroker.ID)));
    assertEquals(
        ErrorCode.STALE_CONTROLLER_EPOCH,
        broker.tell("t", 0, TestBroker.OTHER, 2, List.of(TestBroker.ID)));
    assertEquals(
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        broker.tell("other", 0, TestBroker.OTHER, 1, List.of(TestBroker.OTHER)));
    assertTrue(partition.isLeader());
    assertNull(broker.partitions.find(new TopicPartition("other", 0)));
  }

  @Test
  void anotherTopicOfTheSameName() {
    Partition partition = broker.lead("t");
    LeaderAndIsrResponse response = apply((short) 5, new Uuid(1, 2), 9);
    assertEquals(
        ErrorCode.INCONSISTENT_TOPIC_ID.code(),
        response.topics().getFirst().partitionErrors().getFirst().errorCode());
    assertEquals(3, partition.state().leaderEpoch());
  }

  /** Each version answers in its own shape. */
  @Test
  void answersInAllVersions() {
    for (int version = 0; version <= 7; version++) {
      LeaderAndIsrResponse response = apply((short) version, broker.topicId("t"), 10 + version);
      assertEquals(ErrorCode.NONE.code(), response.errorCode());
      assertEquals(version <= 4 ? 1 : 0, response.partitionErrors().size());
      assertEquals(version >= 5 ? 1 : 0, response.topics().size());
      Partition partition = broker.partitions.find(T0);
      assertEquals(10 + version, partition == null ? -1 : partition.state().leaderEpoch());
    }
  }

  @Test
  void olderControllersAreNotObeyed() {
    broker.lead("t");
    broker.fence.admit(5, -1);
    assertEquals(
        ErrorCode.STALE_CONTROLLER_EPOCH.code(),
        broker.leaderAndIsr.apply(new LeaderAndIsrRequest().controllerEpoch(4)).errorCode());
    assertEquals(
        ErrorCode.STALE_CONTROLLER_EPOCH.code(),
        broker.stopReplica.apply(new StopReplicaRequest().controllerEpoch(4)).errorCode());
  }

  @Test
  void stoppedAndDeletedInAllVersions() {
    for (int version = 0; version <= 4; version++) {
      Partition partition = broker.lead("t", 0, 3, List.of(TestBroker.ID));
      stop(version, false, ErrorCode.NONE);
      assertFalse(partition.isLeader());
      assertEquals(partition, broker.partitions.find(T0));
      stop(version, true, ErrorCode.NONE);
      assertNull(broker.partitions.find(T0));
      assertNull(broker.logs().log(T0));
    }
  }

  /** Its records may be on the directory that is offline: an empty log must not replace them. */
  @Test
  void noLogIsMadeOfAnOldReplicaWhileADirectoryIsOffline() throws Exception {
    Path unusable = Files.createFile(directory.resolve("file"));
    try (TestBroker two = new TestBroker(directory.resolve("logs"), unusable)) {
      List<Integer> isr = List.of(TestBroker.ID);
      assertEquals(ErrorCode.KAFKA_STORAGE_ERROR, two.tell("t", 0, TestBroker.ID, 3, isr, false));
      assertNull(two.partitions.find(T0));
      assertNull(two.logs().log(T0));
      assertEquals(ErrorCode.NONE, two.tell("t", 0, TestBroker.ID, 3, isr, true));
      assertEquals(ErrorCode.STALE_CONTROLLER_EPOCH, two.tell("t", 0, TestBroker.ID, 3, isr));
    }
  }

  /** What a producer goes on with when it is acknowledged may be another append to the same. */
  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void waitersMayComeBackWhenTheyAreCompleted() {
    Partition partition = broker.lead("t", 0, 3, List.of(TestBroker.ID, TestBroker.OTHER));
    AppendResult first = partition.append(broker.batch("a"), AppendOrigin.CLIENT, true);
    AtomicLong next = new AtomicLong(-1);
    var unused =
        partition
            .replicated(first.lastOffset() + 1)
            .thenRun(() ->
                next.set(
                    partition.append(broker.batch("b"), AppendOrigin.CLIENT, true).firstOffset()));
    assertEquals(-1, next.get());
    broker.lead("t", 0, 4, List.of(TestBroker.ID));
    assertEquals(1, next.get());
  }

  @Test
  void stopOfAnEpochThatHasPassedIsFenced() {
    Partition partition = broker.lead("t");
    StopReplicaRequest request = request(4, true);
    request.topicStates().getFirst().partitionStates().getFirst().leaderEpoch(2);
    StopReplicaResponse response =
        Answer.to(broker.stopReplica, 4, request, StopReplicaResponse::read).get();
    assertEquals(
        ErrorCode.FENCED_LEADER_EPOCH.code(), response.partitionErrors().getFirst().errorCode());
    assertTrue(partition.isLeader());
  }

  private void stop(int version, boolean delete, ErrorCode expected) {
    StopReplicaResponse response =
        Answer.to(broker.stopReplica, version, request(version, delete), StopReplicaResponse::read)
            .get();
    assertEquals(ErrorCode.NONE.code(), response.errorCode());
    assertEquals(expected.code(), response.partitionErrors().getFirst().errorCode());
  }

  private static StopReplicaRequest request(int version, boolean delete) {
    StopReplicaRequest request =
        new StopReplicaRequest().controllerId(TestBroker.ID).controllerEpoch(1);
    return switch (version) {
      case 0 ->
          request
              .deletePartitions(delete)
              .ungroupedPartitions(
                  List.of(new StopReplicaPartitionV0().topicName("t").partitionIndex(0)));
      case 1, 2 ->
          request
              .deletePartitions(delete)
              .topics(List.of(new StopReplicaTopicV1().name("t").partitionIndexes(List.of(0))));
      default ->
          request.topicStates(
              List.of(
                  new StopReplicaTopicState()
                      .topicName("t")
                      .partitionStates(
                          List.of(
                              new StopReplicaPartitionState()
                                  .partitionIndex(0)
                                  .leaderEpoch(delete ? ReplicaEnd.EPOCH_DURING_DELETE : 3)
                                  .deletePartition(delete)))));
    };
  }

  private LeaderAndIsrResponse apply(short version, Uuid topicId, int leaderEpoch) {
    LeaderAndIsrPartitionState state =
        new LeaderAndIsrPartitionState()
            .topicName(version <= 1 ? "t" : "")
            .leader(TestBroker.ID)
            .leaderEpoch(leaderEpoch)
            .isr(List.of(TestBroker.ID))
            .replicas(List.of(TestBroker.ID));
    LeaderAndIsrRequest request =
        new LeaderAndIsrRequest().controllerId(TestBroker.ID).controllerEpoch(1);
    if (version <= 1) {
      request.ungroupedPartitionStates(List.of(state));
    } else {
      request.topicStates(
          List.of(
              new LeaderAndIsrTopicState()
                  .topicName("t")
                  .topicId(topicId)
                  .partitionStates(List.of(state))));
    }
    return Answer.to(broker.leaderAndIsr, version, request, LeaderAndIsrResponse::read).get();
  }
}
