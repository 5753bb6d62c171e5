package org.odradek.broker.isr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.odradek.broker.partition.IsrStore.Accepted;
import org.odradek.broker.partition.IsrStore.Fenced;
import org.odradek.broker.partition.IsrStore.Member;
import org.odradek.broker.partition.IsrStore.NotAttempted;
import org.odradek.broker.partition.IsrStore.Outcome;
import org.odradek.broker.partition.IsrStore.Proposal;
import org.odradek.broker.partition.ManualWaitTimer;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionResponse;
import org.odradek.protocol.message.AlterPartitionResponse.PartitionData;
import org.odradek.protocol.message.AlterPartitionResponse.TopicData;

final class ControllerIsrStoreTest {
  private static final Uuid ID = new Uuid(7, 7);

  private final ManualWaitTimer timer = new ManualWaitTimer();
  private final List<AlterPartitionRequest> requests = new ArrayList<>();
  private final List<CompletableFuture<AlterPartitionResponse>> answers = new ArrayList<>();
  private long brokerEpoch = 70;

  private ControllerIsrStore store(int version) {
    return new ControllerIsrStore(
        1,
        (short) version,
        () -> brokerEpoch,
        request -> {
          requests.add(request);
          CompletableFuture<AlterPartitionResponse> answer = new CompletableFuture<>();
          answers.add(answer);
          return answer;
        },
        timer);
  }

  @Test
  void requestsOfAllVersions() {
    for (int version = 0; version <= 3; version++) {
      requests.clear();
      var unused = store(version).propose(proposal(0, 5));
      AlterPartitionRequest request = requests.getFirst();
      assertEquals(1, request.brokerId());
      assertEquals(70, request.brokerEpoch());
      assertEquals("t", request.topics().getFirst().topicName());
      assertEquals(ID, request.topics().getFirst().topicId());
      var partition = request.topics().getFirst().partitions().getFirst();
      assertEquals(4, partition.leaderEpoch());
      assertEquals(5, partition.partitionEpoch());
      assertEquals(version < 3 ? List.of(1, 2) : List.of(), partition.newIsr());
      assertEquals(
          version < 3 ? List.of() : List.of(70L, 55L),
          partition.newIsrWithEpochs().stream().map(state -> state.brokerEpoch()).toList());
    }
  }

  @Test
  void outcomes() {
    ControllerIsrStore store = store(3);
    assertEquals(new Accepted(1, 4, 6, List.of(1, 2)), outcomeOf(store, ErrorCode.NONE));
    assertInstanceOf(NotAttempted.class, outcomeOf(store, ErrorCode.INELIGIBLE_REPLICA));
    assertInstanceOf(NotAttempted.class, outcomeOf(store, ErrorCode.OPERATION_NOT_ATTEMPTED));
    assertInstanceOf(Fenced.class, outcomeOf(store, ErrorCode.FENCED_LEADER_EPOCH));
    assertInstanceOf(Fenced.class, outcomeOf(store, ErrorCode.INVALID_UPDATE_VERSION));
    assertInstanceOf(Fenced.class, outcomeOf(store, ErrorCode.UNKNOWN_TOPIC_ID));
  }

  private Outcome outcomeOf(ControllerIsrStore store, ErrorCode code) {
    CompletableFuture<Outcome> outcome = store.propose(proposal(0, 5));
    answers.getLast().complete(response(partition(0, code)));
    return outcome.join();
  }

  @Test
  void oneRequestAtATimeTheRestTogetherWithTheNext() {
    ControllerIsrStore store = store(3);
    CompletableFuture<Outcome> first = store.propose(proposal(0, 5));
    CompletableFuture<Outcome> second = store.propose(proposal(1, 5));
    CompletableFuture<Outcome> third = store.propose(proposal(2, 5));
    assertEquals(1, requests.size());
    answers.getFirst().complete(response(partition(0, ErrorCode.NONE)));
    assertInstanceOf(Accepted.class, first.join());
    assertEquals(2, requests.size());
    assertEquals(2, requests.getLast().topics().getFirst().partitions().size());
    answers
        .getLast()
        .complete(
            response(partition(1, ErrorCode.NONE), partition(2, ErrorCode.FENCED_LEADER_EPOCH)));
    assertInstanceOf(Accepted.class, second.join());
    assertInstanceOf(Fenced.class, third.join());
    assertEquals(2, requests.size());
  }

  /**
   * Whatever does not tell whether the change was made is asked again, in the broker's new life.
   */
  @Test
  void asksAgainUntilItKnows() {
    ControllerIsrStore store = store(3);
    CompletableFuture<Outcome> outcome = store.propose(proposal(0, 5));
    answers
        .getLast()
        .complete(new AlterPartitionResponse().errorCode(ErrorCode.STALE_BROKER_EPOCH.code()));
    assertEquals(1, requests.size());
    brokerEpoch = 71;
    timer.advance(50);
    assertEquals(71, requests.getLast().brokerEpoch());
    answers.getLast().complete(response(partition(0, ErrorCode.UNKNOWN_SERVER_ERROR)));
    timer.advance(50);
    answers.getLast().completeExceptionally(new IllegalStateException("stopping"));
    timer.advance(50);
    answers.getLast().complete(response());
    timer.advance(50);
    assertFalse(outcome.isDone());
    assertEquals(5, requests.size());
    answers.getLast().complete(response(partition(0, ErrorCode.NONE)));
    assertInstanceOf(Accepted.class, outcome.join());
    timer.advance(1_000);
    assertEquals(5, requests.size());
  }

  /** In an upgrade there may be topics without ids yet: the answer names them. */
  @Test
  void topicsWithoutIdsAreToldApart() {
    ControllerIsrStore store = store(3);
    var unused = store.propose(proposal(9, 5));
    CompletableFuture<Outcome> a = store.propose(withoutId("a"));
    CompletableFuture<Outcome> b = store.propose(withoutId("b"));
    answers.getFirst().complete(response(partition(9, ErrorCode.NONE)));
    answers
        .getLast()
        .complete(
            new AlterPartitionResponse()
                .topics(
                    List.of(
                        new TopicData()
                            .topicName("a")
                            .partitions(List.of(partition(0, ErrorCode.FENCED_LEADER_EPOCH))),
                        new TopicData()
                            .topicName("b")
                            .partitions(List.of(partition(0, ErrorCode.NONE))))));
    assertInstanceOf(Fenced.class, a.join());
    assertInstanceOf(Accepted.class, b.join());
  }

  private static Proposal withoutId(String topic) {
    return new Proposal(new TopicPartition(topic, 0), null, 1, 4, 5, List.of(new Member(1, 70)), 3);
  }

  @Test
  void aNewerProposalTakesThePlaceOfAnOlder() {
    ControllerIsrStore store = store(3);
    CompletableFuture<Outcome> older = store.propose(proposal(0, 5));
    CompletableFuture<Outcome> newer = store.propose(proposal(0, 9));
    assertInstanceOf(NotAttempted.class, older.join());
    // the answer to the older one is not taken for that to the newer
    answers.getLast().complete(response(partition(0, ErrorCode.FENCED_LEADER_EPOCH)));
    assertFalse(newer.isDone());
    assertEquals(
        9, requests.getLast().topics().getFirst().partitions().getFirst().partitionEpoch());
    answers.getLast().complete(response(partition(0, ErrorCode.NONE)));
    assertInstanceOf(Accepted.class, newer.join());
  }

  private static Proposal proposal(int partition, int partitionEpoch) {
    return new Proposal(
        new TopicPartition("t", partition),
        ID,
        1,
        4,
        partitionEpoch,
        List.of(new Member(1, 70), new Member(2, 55)),
        3);
  }

  private static PartitionData partition(int partition, ErrorCode code) {
    PartitionData data = new PartitionData().partitionIndex(partition).errorCode(code.code());
    return code == ErrorCode.NONE
        ? data.leaderId(1).leaderEpoch(4).partitionEpoch(6).isr(List.of(1, 2))
        : data;
  }

  private static AlterPartitionResponse response(PartitionData... partitions) {
    return new AlterPartitionResponse()
        .topics(List.of(new TopicData().topicId(ID).partitions(List.of(partitions))));
  }
}
