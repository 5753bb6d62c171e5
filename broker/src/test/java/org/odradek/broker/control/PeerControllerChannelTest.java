package org.odradek.broker.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.odradek.broker.peer.InterBrokerVersions;
import org.odradek.broker.peer.PeerAddress;
import org.odradek.broker.peer.PeerChannelConfig;
import org.odradek.broker.peer.PeerException.Reason;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionRequest.BrokerState;
import org.odradek.protocol.message.AlterPartitionRequest.PartitionData;
import org.odradek.protocol.message.AlterPartitionResponse;
import org.odradek.protocol.message.ControlledShutdownRequest;
import org.odradek.protocol.message.ControlledShutdownResponse;

class PeerControllerChannelTest {
  private static final int ME = 1;
  private static final Uuid TOPIC_ID = new Uuid(4, 2);

  private final FakePeers peers = new FakePeers();
  private final Map<Integer, PeerAddress> addresses = new HashMap<>();
  private final List<Runnable> retries = new ArrayList<>();
  private final List<Message> askedHere = new ArrayList<>();
  private ErrorCode ownAnswer = ErrorCode.NONE;
  private int controllerId = 2;
  private long brokerEpoch = 77;

  PeerControllerChannelTest() {
    addresses.put(2, new PeerAddress(2, "two", 9092));
    addresses.put(3, new PeerAddress(3, "three", 9092));
  }

  private PeerControllerChannel channel(String protocolVersion) {
    return new PeerControllerChannel(
        ME,
        () -> brokerEpoch,
        () -> controllerId,
        addresses::get,
        (request, version) -> {
          askedHere.add(request);
          return CompletableFuture.completedFuture(shutdownAnswer(ownAnswer));
        },
        peers,
        PeerChannelConfig.of("test", 1_000),
        InterBrokerVersions.of(protocolVersion),
        (delayMs, task) -> retries.add(task));
  }

  private static ControlledShutdownResponse shutdownAnswer(ErrorCode code) {
    return new ControlledShutdownResponse().errorCode(code.code());
  }

  private void retry() {
    assertEquals(1, retries.size(), "pauses");
    retries.removeFirst().run();
  }

  @Test
  void asksTheControllerWithIdAndEpochOfThisBroker() {
    CompletableFuture<ControlledShutdownResponse> answer = channel("3.9").controlledShutdown();
    assertEquals(2, peers.last().to().brokerId());
    ControlledShutdownRequest request = (ControlledShutdownRequest) peers.last().request();
    assertEquals(ME, request.brokerId());
    assertEquals(77, request.brokerEpoch());
    peers.last().answer(shutdownAnswer(ErrorCode.NONE));
    assertTrue(answer.isDone());
    assertTrue(retries.isEmpty());
  }

  @Test
  void asksAgainWhereTheControllerIsThen() {
    CompletableFuture<ControlledShutdownResponse> answer = channel("3.9").controlledShutdown();
    peers.last().answer(shutdownAnswer(ErrorCode.NOT_CONTROLLER));
    controllerId = 3;
    retry();
    assertEquals(3, peers.last().to().brokerId());
    assertEquals(List.of(addresses.get(2)), peers.closed);
    peers.last().fail(Reason.DISCONNECTED);
    controllerId = -1;
    retry();
    assertEquals(2, peers.sent.size(), "without a controller nobody is asked");
    controllerId = ME;
    ownAnswer = ErrorCode.NOT_CONTROLLER;
    retry();
    assertFalse(answer.isDone());
    ownAnswer = ErrorCode.NONE;
    retry();
    assertTrue(answer.isDone());
    assertEquals(2, askedHere.size());
  }

  @Test
  void asksAgainWithTheEpochOfItsNextLife() {
    CompletableFuture<ControlledShutdownResponse> answer = channel("3.9").controlledShutdown();
    brokerEpoch = 78;
    peers.last().answer(shutdownAnswer(ErrorCode.STALE_BROKER_EPOCH));
    retry();
    assertEquals(78, ((ControlledShutdownRequest) peers.last().request()).brokerEpoch());
    assertFalse(answer.isDone());
  }

  @Test
  void doesNotWaitForTheAnswerOfAControllerThatIsReplaced() {
    PeerControllerChannel channel = channel("3.9");
    CompletableFuture<ControlledShutdownResponse> answer = channel.controlledShutdown();
    channel.controllerMoved(); // not really
    assertTrue(retries.isEmpty());
    controllerId = 3;
    channel.controllerMoved();
    retry();
    assertEquals(3, peers.last().to().brokerId());
    peers.last().answer(shutdownAnswer(ErrorCode.NONE));
    assertTrue(answer.isDone());
  }

  @Test
  void findsAControllerThatHasMovedToAnotherAddress() {
    PeerControllerChannel channel = channel("3.9");
    channel.controlledShutdown();
    addresses.put(2, new PeerAddress(2, "elsewhere", 9093));
    peers.last().fail(Reason.DISCONNECTED);
    retry();
    assertEquals("elsewhere", peers.last().to().host());
  }

  @Test
  void stopsAskingWhenNobodyWaits() {
    CompletableFuture<ControlledShutdownResponse> answer = channel("3.9").controlledShutdown();
    answer.cancel(false);
    peers.last().fail(Reason.TIMED_OUT);
    retry();
    assertEquals(1, peers.sent.size());
  }

  @Test
  void closingEndsWhatIsUnderWay() {
    PeerControllerChannel channel = channel("3.9");
    CompletableFuture<ControlledShutdownResponse> answer = channel.controlledShutdown();
    channel.close();
    assertTrue(answer.isCompletedExceptionally());
    assertTrue(retries.isEmpty());
  }

  @Test
  void aRequestThatCannotBeWrittenFails() {
    CompletableFuture<ControlledShutdownResponse> answer = channel("3.9").controlledShutdown();
    peers.last().fail(Reason.BAD_REQUEST);
    assertTrue(answer.isCompletedExceptionally());
  }

  private static AlterPartitionRequest isr(Uuid topicId) {
    return new AlterPartitionRequest()
        .topics(
            List.of(
                new AlterPartitionRequest.TopicData()
                    .topicName("t")
                    .topicId(topicId)
                    .partitions(
                        List.of(
                            new PartitionData()
                                .partitionIndex(5)
                                .leaderEpoch(6)
                                .partitionEpoch(7)
                                .newIsrWithEpochs(
                                    List.of(
                                        new BrokerState().brokerId(1).brokerEpoch(77),
                                        new BrokerState().brokerId(2).brokerEpoch(80)))))));
  }

  @Test
  void isrsAreAskedForInTheFormOfTheVersion() {
    CompletableFuture<AlterPartitionResponse> answer = channel("3.9").alterPartition(isr(TOPIC_ID));
    assertEquals(3, peers.last().version());
    PartitionData newest = only(peers.last().request());
    assertEquals(2, newest.newIsrWithEpochs().size());
    assertEquals(List.of(), newest.newIsr());
    peers
        .last()
        .answer(
            new AlterPartitionResponse()
                .topics(List.of(new AlterPartitionResponse.TopicData().topicId(TOPIC_ID))));
    assertEquals("t", answer.join().topics().getFirst().topicName());

    CompletableFuture<AlterPartitionResponse> old = channel("2.8").alterPartition(isr(TOPIC_ID));
    assertEquals(0, peers.last().version());
    PartitionData oldest = only(peers.last().request());
    assertEquals(List.of(1, 2), oldest.newIsr());
    assertEquals(List.of(), oldest.newIsrWithEpochs());
    assertEquals(7, oldest.partitionEpoch());
    peers
        .last()
        .answer(
            new AlterPartitionResponse()
                .topics(List.of(new AlterPartitionResponse.TopicData().topicName("t"))));
    assertEquals(TOPIC_ID, old.join().topics().getFirst().topicId());
  }

  @Test
  void topicsWithoutIdsAreAskedForByName() {
    channel("3.9").alterPartition(isr(Uuid.ZERO));
    assertEquals(1, peers.last().version());
    assertEquals(List.of(1, 2), only(peers.last().request()).newIsr());
  }

  @Test
  void isrsMayBeGivenAsIdsAlone() {
    AlterPartitionRequest ids = isr(TOPIC_ID);
    ids.topics()
        .getFirst()
        .partitions()
        .getFirst()
        .newIsrWithEpochs(List.of())
        .newIsr(List.of(1, 2));
    channel("2.8").alterPartition(ids);
    assertEquals(List.of(1, 2), only(peers.last().request()).newIsr());
    channel("3.9").alterPartition(ids);
    assertEquals(
        List.of(new BrokerState().brokerId(1), new BrokerState().brokerId(2)),
        only(peers.last().request()).newIsrWithEpochs());
  }

  @Test
  void anOlderProtocolHasNoSuchRequest() {
    PeerControllerChannel channel = channel("2.7-IV1");
    assertThrows(IllegalStateException.class, () -> channel.alterPartition(isr(TOPIC_ID)));
  }

  private static PartitionData only(Message request) {
    AlterPartitionRequest isrs = (AlterPartitionRequest) request;
    assertEquals(ME, isrs.brokerId());
    assertEquals(77, isrs.brokerEpoch());
    return isrs.topics().getFirst().partitions().getFirst();
  }
}
