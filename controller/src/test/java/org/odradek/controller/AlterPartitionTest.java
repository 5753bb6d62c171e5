package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.TopicCodec;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionRequest.BrokerState;
import org.odradek.protocol.message.AlterPartitionResponse;

/** What the controller answers to leaders that ask for other ISRs. */
class AlterPartitionTest {
  @TempDir Path directory;
  private ReassignmentCluster cluster;
  private Uuid topicId;

  @BeforeEach
  void start() throws Exception {
    cluster = new ReassignmentCluster(directory);
    cluster.startAll(0, 1, 2);
    cluster.createTopic("t", "{\"0\":[0,1,2],\"1\":[1,2,0]}");
    Uuid id = TopicCodec.decode("t", cluster.read(ZnodePaths.topic("t")).data()).id();
    topicId = id == null ? Uuid.ZERO : id;
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void writesAndTellsWhatALeaderAsksFor() throws Exception {
    PartitionState before = cluster.state("t", 0);
    AlterPartitionResponse.PartitionData answer = ask(0, 0, before, 0, 2);
    assertEquals(ErrorCode.NONE.code(), answer.errorCode());
    assertEquals(List.of(0, 2), answer.isr());
    assertEquals(before.leaderEpoch(), answer.leaderEpoch());
    assertEquals(before.znodeVersion() + 1, answer.partitionEpoch());
    PartitionState written = cluster.state("t", 0);
    assertEquals(List.of(0, 2), written.isr());
    assertEquals(before.leaderEpoch(), written.leaderEpoch());
    assertEquals(answer.partitionEpoch(), written.znodeVersion());
    cluster.brokers.await(() -> cluster.brokers.isr("t", 0).equals(List.of(0, 2)));
  }

  @Test
  void answersTheSameWhenAskedAgain() throws Exception {
    PartitionState before = cluster.state("t", 0);
    ask(0, 0, before, 0, 2);
    AlterPartitionResponse.PartitionData again = ask(0, 0, before, 2, 0);
    assertEquals(ErrorCode.NONE.code(), again.errorCode());
    assertEquals(before.znodeVersion() + 1, again.partitionEpoch());
  }

  @Test
  void refusesWrongEpochsAndWrongReplicas() throws Exception {
    PartitionState now = cluster.state("t", 0);
    cluster.leaves("t", 1, 0); // somebody wrote behind the controller's back
    assertEquals(
        ErrorCode.INVALID_UPDATE_VERSION,
        error(ask(1, 1, state(1, 0, 0), 1)),
        "written by another");
    assertEquals(ErrorCode.NOT_CONTROLLER, error(ask(0, 0, state(0, 1, 0), 0)), "later leader");
    assertEquals(ErrorCode.NOT_CONTROLLER, error(ask(0, 0, state(0, 0, 9), 0)), "later state");
    assertEquals(ErrorCode.FENCED_LEADER_EPOCH, error(ask(0, 0, state(0, -1, 0), 0)));
    assertEquals(ErrorCode.INVALID_REQUEST, error(ask(0, 0, now, 1)), "ISR without its leader");
    assertEquals(ErrorCode.INVALID_REQUEST, error(ask(1, 0, now, 1)), "not the leader");
    assertEquals(ErrorCode.INVALID_REQUEST, error(ask(0, 0, now, 0, 7)), "not a replica");
    assertEquals(ErrorCode.INVALID_REQUEST, error(ask(0, 0, now, 0, 1, 1)), "twice");
    assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, error(ask(0, 5, now, 0)));
    ask(0, 0, now, 0, 2);
    assertEquals(ErrorCode.INVALID_UPDATE_VERSION, error(ask(0, 0, now, 0)), "earlier state");
    assertEquals(List.of(0, 2), cluster.state("t", 0).isr());
  }

  @Test
  void refusesReplicasThatHaveStartedAgain() throws Exception {
    PartitionState now = cluster.state("t", 0);
    assertEquals(
        ErrorCode.INELIGIBLE_REPLICA, error(ask(0, 0, now, List.of(member(0, -1), member(2, 3)))));
    AlterPartitionRequest old = request(0, 0, now, List.of());
    old.topics().getFirst().topicName("t");
    old.topics().getFirst().partitions().getFirst().newIsr(List.of(0, 9));
    assertEquals(ErrorCode.INVALID_REQUEST, error(answer(old, (short) 1)));
    old.topics().getFirst().partitions().getFirst().newIsr(List.of(0, 1));
    assertEquals(ErrorCode.NONE, error(answer(old, (short) 1)), "version 1 goes by name");
  }

  /** Its replica goes on fetching until it has stopped, and would be taken in again. */
  @Test
  void refusesReplicasOfABrokerThatIsAboutToStop() throws Exception {
    PartitionState before = cluster.state("t", 1);
    assertEquals(1, before.leader());
    long epoch = cluster.read(ZnodePaths.broker(0)).stat().getCzxid();
    cluster.active().controller.controlledShutdown(0, epoch).get(30, TimeUnit.SECONDS);
    PartitionState now = cluster.state("t", 1);
    assertEquals(Set.of(1, 2), Set.copyOf(now.isr()));
    assertEquals(ErrorCode.INELIGIBLE_REPLICA, error(ask(1, 1, now, 0, 1, 2)));
    assertEquals(ErrorCode.NONE, error(ask(1, 1, now, 1)));
    assertEquals(List.of(1), cluster.state("t", 1).isr());
  }

  /** A leader of Kafka 2.8 would wait for ever for what was refused with any other error. */
  @Test
  void leadersThatKnowNoRefusalGetAnotherEpoch() throws Exception {
    long epoch = cluster.read(ZnodePaths.broker(0)).stat().getCzxid();
    cluster.active().controller.controlledShutdown(0, epoch).get(30, TimeUnit.SECONDS);
    PartitionState now = cluster.state("t", 1);
    AlterPartitionRequest oldest = request(1, 1, now, List.of());
    oldest.topics().getFirst().topicName("t");
    oldest.topics().getFirst().partitions().getFirst().newIsr(List.of(1, 2, 0));
    assertEquals(ErrorCode.OPERATION_NOT_ATTEMPTED, error(answer(oldest, (short) 1)));
    assertEquals(now, cluster.state("t", 1), "refused, as version 1 allows it");

    assertEquals(ErrorCode.FENCED_LEADER_EPOCH, error(answer(oldest, (short) 0)));
    PartitionState next = cluster.state("t", 1);
    assertEquals(List.of(1, now.leaderEpoch() + 1), List.of(next.leader(), next.leaderEpoch()));
    assertEquals(now.isr(), next.isr());
    cluster.brokers.await(() -> hears(1, next) && hears(2, next));
    assertFalse(hears(0, next), "the one that stops would go on fetching");
    assertEquals(ErrorCode.NONE, error(ask(1, 1, next, 1)), "the leader goes on");
  }

  /** In another epoch its followers would get no answers from it until it has gone. */
  @Test
  void aLeaderThatStopsItselfKeepsItsEpoch() throws Exception {
    assertEquals(ErrorCode.NONE, error(ask(1, 1, cluster.state("t", 1), 1)), "nobody else in sync");
    long epoch = cluster.read(ZnodePaths.broker(1)).stat().getCzxid();
    cluster.active().controller.controlledShutdown(1, epoch).get(30, TimeUnit.SECONDS);
    PartitionState now = cluster.state("t", 1);
    assertEquals(1, now.leader());
    AlterPartitionRequest oldest = request(1, 1, now, List.of());
    oldest.topics().getFirst().topicName("t");
    oldest.topics().getFirst().partitions().getFirst().newIsr(List.of(1, 2));
    assertEquals(ErrorCode.OPERATION_NOT_ATTEMPTED, error(answer(oldest, (short) 0)));
    assertEquals(now, cluster.state("t", 1));
  }

  private boolean hears(int broker, PartitionState ofPartitionOne) {
    return cluster.brokers.leaderAndIsr(broker).stream()
        .flatMap(request -> request.topicStates().stream())
        .flatMap(topic -> topic.partitionStates().stream())
        .anyMatch(state ->
            state.partitionIndex() == 1 && state.leaderEpoch() == ofPartitionOne.leaderEpoch());
  }

  @Test
  void refusesBrokersOfAnEarlierLifeAndUnknownTopics() throws Exception {
    PartitionState now = cluster.state("t", 0);
    AlterPartitionRequest stale = request(0, 0, now, List.of(member(0, -1))).brokerEpoch(1);
    assertEquals(
        ErrorCode.STALE_BROKER_EPOCH.code(),
        cluster
            .active()
            .controller
            .alterPartition(stale, (short) 3)
            .get(30, TimeUnit.SECONDS)
            .errorCode());
    AlterPartitionRequest unknown = request(0, 0, now, List.of(member(0, -1)));
    unknown.topics().getFirst().topicId(new Uuid(4, 2));
    assertEquals(ErrorCode.UNKNOWN_TOPIC_ID, error(answer(unknown, (short) 3)));
    AlterPartitionRequest elsewhere = request(0, 0, now, List.of(member(0, -1)));
    assertEquals(
        ErrorCode.NOT_CONTROLLER.code(),
        cluster
            .node(1)
            .controller
            .alterPartition(elsewhere, (short) 3)
            .get(30, TimeUnit.SECONDS)
            .errorCode());
  }

  /** A person removed the node: the controller makes it again, and everybody hears of it. */
  @Test
  void aStateThatWasRemovedIsMadeAgain() throws Exception {
    PartitionState before = cluster.state("t", 0);
    TopicPartition partition = new TopicPartition("t", 0);
    cluster.tool.delete(ZnodePaths.partitionState(partition), -1).join();
    assertEquals(ErrorCode.INVALID_UPDATE_VERSION, error(ask(0, 0, before, 0, 1)));
    cluster.brokers.await(() ->
        cluster.brokers.leaderAndIsr(0).stream()
            .flatMap(request -> request.topicStates().stream())
            .flatMap(topic -> topic.partitionStates().stream())
            .anyMatch(state -> state.partitionIndex() == 0 && state.leaderEpoch() == 1));
    PartitionState restored = cluster.state("t", 0);
    assertEquals(0, restored.leader());
    assertEquals(List.of(0, 1, 2), restored.isr());
    assertEquals(ErrorCode.NONE, error(ask(0, 0, restored, 0, 1)));
  }

  @Test
  void aStateThatWasDamagedIsWrittenAgain() throws Exception {
    PartitionState before = cluster.state("t", 0);
    cluster.write(ZnodePaths.partitionState(new TopicPartition("t", 0)), "{\"leader\":");
    assertEquals(ErrorCode.INVALID_UPDATE_VERSION, error(ask(0, 0, before, 0, 1)));
    cluster.brokers.await(() ->
        cluster.brokers.leaderAndIsr(1).stream()
            .flatMap(request -> request.topicStates().stream())
            .flatMap(topic -> topic.partitionStates().stream())
            .anyMatch(state -> state.partitionIndex() == 0 && state.leaderEpoch() == 1));
    assertEquals(List.of(0, 1, 2), cluster.state("t", 0).isr());
  }

  // ---- asking

  private static PartitionState state(int leader, int leaderEpoch, int znodeVersion) {
    return new PartitionState(leader, leaderEpoch, List.of(leader), 1, znodeVersion);
  }

  private static BrokerState member(int id, long epoch) {
    return new BrokerState().brokerId(id).brokerEpoch(epoch);
  }

  private AlterPartitionResponse.PartitionData ask(
      int broker, int partition, PartitionState known, Integer... isr) throws Exception {
    return ask(broker, partition, known, List.of(isr).stream().map(id -> member(id, -1)).toList());
  }

  private AlterPartitionResponse.PartitionData ask(
      int broker, int partition, PartitionState known, List<BrokerState> isr) throws Exception {
    return answer(request(broker, partition, known, isr), (short) 3);
  }

  private AlterPartitionRequest request(
      int broker, int partition, PartitionState known, List<BrokerState> isr) {
    return new AlterPartitionRequest()
        .brokerId(broker)
        .brokerEpoch(cluster.read(ZnodePaths.broker(broker)).stat().getCzxid())
        .topics(
            List.of(
                new AlterPartitionRequest.TopicData()
                    .topicId(topicId)
                    .partitions(
                        List.of(
                            new AlterPartitionRequest.PartitionData()
                                .partitionIndex(partition)
                                .leaderEpoch(known.leaderEpoch())
                                .partitionEpoch(known.znodeVersion())
                                .newIsrWithEpochs(isr)))));
  }

  private AlterPartitionResponse.PartitionData answer(AlterPartitionRequest request, short version)
      throws Exception {
    AlterPartitionResponse response =
        cluster.active().controller.alterPartition(request, version).get(30, TimeUnit.SECONDS);
    assertEquals(ErrorCode.NONE.code(), response.errorCode());
    return response.topics().getFirst().partitions().getFirst();
  }

  private static ErrorCode error(AlterPartitionResponse.PartitionData answer) {
    return ErrorCode.forCode(answer.errorCode());
  }
}
