package org.odradek.broker.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.odradek.broker.fetch.Fetched.bytes;
import static org.odradek.broker.fetch.Fetched.only;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.partition.Answer;
import org.odradek.broker.partition.Errors;
import org.odradek.broker.partition.IsrStore;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.TestBroker;
import org.odradek.broker.quota.ClientQuota;
import org.odradek.broker.quota.ReplicationQuota;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchRequest.FetchPartition;
import org.odradek.protocol.message.FetchRequest.FetchTopic;
import org.odradek.protocol.message.FetchRequest.ReplicaState;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.FetchResponse.PartitionData;
import org.odradek.storage.AppendOrigin;

/** A leader with followers that fetch. */
final class FollowerFetchTest {
  private static final int LEADER = TestBroker.ID;
  private static final int FOLLOWER = TestBroker.OTHER;
  private static final List<Integer> BOTH = List.of(LEADER, FOLLOWER);

  @TempDir Path directory;
  private TestBroker broker;
  private FetchHandler handler;

  @BeforeEach
  void start() {
    broker = new TestBroker(directory);
    handler =
        new FetchHandler(
            new FetchServices(
                broker.partitions,
                broker.metadata,
                new FetchSessions(10, broker.timer::nowMs, () -> 100),
                broker.timer,
                Runnable::run,
                50_000_000,
                ReplicationQuota.none(),
                ClientQuota.none(),
                ReplicaSelector.RACK_AWARE));
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void followersReadToTheLogEndAndMoveTheWatermark() {
    Partition partition = broker.lead("t", 0, 3, BOTH);
    CompletableFuture<@Nullable Void> acknowledged = append(partition, "a");
    for (int version = 0; version <= 18; version++) {
      PartitionData data = only(fetch(version, 0, 0).get());
      assertEquals(ErrorCode.NONE.code(), data.errorCode());
      assertEquals(0, data.highWatermark());
      if (version >= 4) {
        assertEquals(List.of("a"), TestBroker.values(bytes(data)));
      }
    }
    assertFalse(acknowledged.isDone());
    PartitionData data = only(fetch(17, 1, 0).get());
    assertEquals(1, data.highWatermark());
    assertEquals(1, partition.log().highWatermark());
    assertTrue(acknowledged.isDone());
  }

  @Test
  void waitingFollowersAreWokenByAppends() {
    Partition partition = broker.lead("t", 0, 3, BOTH);
    Answer<FetchResponse> waiting = fetch(17, 0, 500);
    assertTrue(waiting.isOpen());
    append(partition, "a");
    assertEquals(List.of("a"), TestBroker.values(bytes(only(waiting.get()))));
  }

  @Test
  void consumersWaitUntilFollowersHaveTheRecords() {
    Partition partition = broker.lead("t", 0, 3, BOTH);
    append(partition, "a");
    Answer<FetchResponse> consumer = ask(12, new FetchRequest().minBytes(1).maxWaitMs(500), at(0));
    assertTrue(consumer.isOpen());
    fetch(17, 1, 0);
    assertEquals(List.of("a"), TestBroker.values(bytes(only(consumer.get()))));
  }

  @Test
  void strangersAreTurnedAway() {
    broker.lead("t", 0, 3, List.of(LEADER), List.of(LEADER));
    assertEquals(ErrorCode.UNKNOWN_LEADER_EPOCH.code(), only(fetch(17, 0, 0).get()).errorCode());
    broker.tell("t", 0, FOLLOWER, 4, BOTH);
    assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER.code(), only(fetch(17, 0, 0).get()).errorCode());
  }

  @Test
  void divergingFollowersTellNothing() {
    Partition partition = broker.lead("t", 0, 3, BOTH);
    append(partition, "a");
    broker.lead("t", 0, 5, BOTH);
    append(partition, "b");
    // epoch 3 ends at 1: what the follower has of it above that was never here
    PartitionData data = only(ask(17, fromFollower(0), at(2).lastFetchedEpoch(3)).get());
    assertEquals(3, data.divergingEpoch().epoch());
    assertEquals(1, data.divergingEpoch().endOffset());
    assertEquals(0, partition.log().highWatermark());
  }

  @Test
  void comesIntoTheIsrAndOutOfIt() {
    Partition partition = broker.lead("t", 0, 3, List.of(LEADER), BOTH);
    append(partition, "a");
    append(partition, "b");
    fetch(17, 0, 0);
    assertEquals(0, broker.isrStore.open());
    fetch(17, 2, 0, 55);
    IsrStore.Proposal proposal = broker.isrStore.next();
    assertEquals(
        List.of(
            new IsrStore.Member(LEADER, TestBroker.BROKER_EPOCH),
            new IsrStore.Member(FOLLOWER, 55)),
        proposal.newIsr());
    assertEquals(3, proposal.leaderEpoch());
    // until it is agreed, the record waits for it, but it is not counted
    append(partition, "c");
    assertEquals(2, partition.log().highWatermark());
    assertEquals(List.of(LEADER), partition.state().isr());
    broker.isrStore.accept();
    assertEquals(BOTH, partition.state().isr());
    assertEquals(1, partition.state().partitionEpoch());
    assertEquals(1, broker.isrChanges.expands());

    broker.timer.advance(TestBroker.LAG_MAX_MS + 1);
    partition.shrinkIsr();
    assertEquals(List.of(LEADER), broker.isrStore.next().newIsrIds());
    assertEquals(2, partition.log().highWatermark());
    broker.isrStore.accept();
    assertEquals(3, partition.log().highWatermark());
    assertEquals(List.of(LEADER), partition.state().isr());
    assertEquals(1, broker.isrChanges.shrinks());
  }

  @Test
  void triesAgainWhatWasNotAttempted() {
    Partition partition = broker.lead("t", 0, 3, List.of(LEADER), BOTH);
    fetch(17, 0, 0);
    broker.isrStore.answer(new IsrStore.NotAttempted("busy"));
    fetch(17, 0, 0);
    assertEquals(0, broker.isrStore.open()); // not at once
    broker.timer.advance(1_000);
    fetch(17, 0, 0);
    broker.isrStore.accept();
    assertEquals(BOTH, partition.state().isr());
  }

  /** A leader that the controller has replaced must not go on alone. */
  @Test
  void aFencedLeaderAcknowledgesNothingAlone() {
    Partition partition = broker.lead("t", 0, 3, BOTH);
    CompletableFuture<@Nullable Void> acknowledged = append(partition, "a");
    broker.timer.advance(TestBroker.LAG_MAX_MS + 1);
    partition.shrinkIsr();
    assertEquals(List.of(LEADER), broker.isrStore.next().newIsrIds());
    broker.isrStore.answer(new IsrStore.Fenced("FENCED_LEADER_EPOCH"));
    broker.timer.advance(10 * TestBroker.LAG_MAX_MS);
    partition.shrinkIsr();
    append(partition, "b");
    assertEquals(0, partition.log().highWatermark());
    assertEquals(0, broker.isrStore.open());
    assertFalse(acknowledged.isDone());
    broker.tell("t", 0, FOLLOWER, 4, BOTH);
    assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER, errorOf(acknowledged));
    assertEquals(0, partition.log().highWatermark());
  }

  @Test
  void answersOfAnEarlierRoleAreNotObeyed() {
    Partition partition = broker.lead("t", 0, 3, BOTH);
    append(partition, "a");
    broker.timer.advance(TestBroker.LAG_MAX_MS + 1);
    partition.shrinkIsr();
    broker.lead("t", 0, 5, BOTH);
    broker.isrStore.accept();
    assertEquals(BOTH, partition.state().isr());
    assertEquals(0, partition.log().highWatermark());
  }

  /** Whatever a controller answers, the ISR of another partition or leader is not taken over. */
  @Test
  void foreignStatesAreNotTakenOver() {
    Partition partition = broker.lead("t", 0, 3, List.of(LEADER), BOTH);
    int epoch = 3;
    for (int kind = 0; kind < 5; kind++) {
      fetch(17, 0, 0);
      IsrStore.Accepted foreign =
          switch (kind) {
            case 0 -> new IsrStore.Accepted(FOLLOWER, epoch, 1, BOTH);
            case 1 -> new IsrStore.Accepted(LEADER, epoch, 1, List.of(FOLLOWER));
            case 2 -> new IsrStore.Accepted(LEADER, epoch, 1, List.of(LEADER, 9));
            case 3 -> new IsrStore.Accepted(LEADER, epoch + 1, 1, BOTH);
            default -> new IsrStore.Accepted(LEADER, epoch, -1, BOTH);
          };
      broker.isrStore.answer(foreign);
      assertEquals(List.of(LEADER), partition.state().isr(), foreign.toString());
      epoch++;
      broker.lead("t", 0, epoch, List.of(LEADER), BOTH);
    }
    assertEquals(0, broker.isrChanges.expands());
  }

  @Test
  void acknowledgementsFailOnceTooFewAreInSync() {
    broker.configure("t", Map.of("min.insync.replicas", "2"));
    Partition partition = broker.lead("t", 0, 3, BOTH);
    CompletableFuture<@Nullable Void> acknowledged = append(partition, "a");
    broker.timer.advance(TestBroker.LAG_MAX_MS + 1);
    partition.shrinkIsr();
    broker.isrStore.accept();
    assertEquals(ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND, errorOf(acknowledged));
    assertEquals(0, partition.log().highWatermark());
  }

  @Test
  void consumersAreSentToTheReplicaOfTheirRack() {
    Partition partition = broker.lead("t", 0, 3, BOTH);
    append(partition, "a");
    append(partition, "b");
    fetch(17, 1, 0);
    PartitionData there = only(consume(11, 1, "rack2").get());
    assertEquals(FOLLOWER, there.preferredReadReplica());
    assertEquals(0, bytes(there).remaining());
    assertEquals(1, there.highWatermark());
    for (String rack : List.of("rack1", "rack3", "")) {
      PartitionData here = only(consume(11, 0, rack).get());
      assertEquals(-1, here.preferredReadReplica(), rack);
      assertEquals(List.of("a"), TestBroker.values(bytes(here)), rack);
    }
    assertEquals(List.of("a"), TestBroker.values(bytes(only(consume(10, 0, "rack2").get()))));
    // what the follower has not got it is not asked for
    assertEquals(-1, only(consume(11, 2, "rack2").get()).preferredReadReplica());
  }

  /** KIP-392: consumers of the follower wait for it. */
  @Test
  void followersHearOfTheWatermarkAtOnce() {
    List<Integer> three = List.of(LEADER, FOLLOWER, 3);
    Partition partition = broker.lead("t", 0, 3, three);
    append(partition, "a");
    assertEquals(0, only(session(0, at(0)).get()).highWatermark());
    Answer<FetchResponse> waiting = session(1, at(1));
    assertTrue(waiting.isOpen());
    partition.followerFetched(3, -1, 1, 0, 1);
    assertEquals(1, only(waiting.get()).highWatermark());
    append(partition, "b");
    session(2);
    Answer<FetchResponse> again = session(3, at(2));
    assertTrue(again.isOpen());
    // it fetches for another reason, and the watermark has moved by then
    broker.timer.advance(500);
    assertEquals(List.of(), again.get().responses());
    partition.followerFetched(3, -1, 2, 0, 2);
    assertEquals(2, only(session(4).get()).highWatermark());
    assertTrue(session(5).isOpen());
  }

  private Answer<FetchResponse> session(int epoch, FetchPartition... changed) {
    FetchRequest request =
        fromFollower(500).replicaId(-1).sessionId(epoch == 0 ? 0 : 100).sessionEpoch(epoch);
    request.maxBytes(10_000_000);
    if (changed.length > 0) {
      request.topics(
          List.of(
              new FetchTopic()
                  .topicId(broker.topicId("t"))
                  .topic("t")
                  .partitions(List.of(changed))));
    }
    return Answer.to(handler, 17, request, FetchResponse::read);
  }

  /** What a session remembers of a partition is void once its role or its ISR has changed. */
  @Test
  void idlePartitionsOfASession() {
    Partition partition = broker.lead("t", 0, 3, List.of(LEADER), BOTH);
    append(partition, "a");
    session(0, at(0));
    session(1, at(1));
    assertEquals(BOTH, broker.isrStore.next().newIsrIds());
    broker.isrStore.accept();
    broker.timer.advance(TestBroker.LAG_MAX_MS);
    session(2);
    append(partition, "b");
    partition.shrinkIsr();
    assertEquals(0, broker.isrStore.open()); // the session's fetch told that it is there
    session(3);
    broker.timer.advance(TestBroker.LAG_MAX_MS + 1);
    partition.shrinkIsr();
    assertEquals(List.of(LEADER), broker.isrStore.next().newIsrIds());
    broker.tell("t", 0, FOLLOWER, 4, BOTH);
    assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER.code(), only(session(4).get()).errorCode());
  }

  @Test
  void replicasOutOfSyncAreNotRecommended() {
    Partition partition = broker.lead("t", 0, 3, List.of(LEADER), BOTH);
    append(partition, "a");
    append(partition, "b");
    fetch(17, 1, 0);
    assertEquals(-1, only(consume(11, 0, "rack2").get()).preferredReadReplica());
  }

  private Answer<FetchResponse> consume(int version, long offset, String rack) {
    return ask(version, new FetchRequest().minBytes(1).rackId(rack).sessionEpoch(-1), at(offset));
  }

  @Test
  void deadBrokersDoNotJoin() {
    broker.lead("t", 0, 3, List.of(LEADER), List.of(LEADER, 9));
    ask(17, new FetchRequest().replicaState(new ReplicaState().replicaId(9)), at(0));
    assertEquals(0, broker.isrStore.open());
  }

  private CompletableFuture<@Nullable Void> append(Partition partition, String value) {
    return partition.replicated(
        partition.append(broker.batch(value), AppendOrigin.CLIENT, false).lastOffset() + 1);
  }

  private static ErrorCode errorOf(CompletableFuture<@Nullable Void> failed) {
    try {
      failed.get();
      return ErrorCode.NONE;
    } catch (ExecutionException e) {
      return Errors.codeOf(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Answer<FetchResponse> fetch(int version, long offset, int maxWaitMs) {
    return ask(version, fromFollower(maxWaitMs), at(offset));
  }

  private void fetch(int version, long offset, int maxWaitMs, long brokerEpoch) {
    FetchRequest request = fromFollower(maxWaitMs);
    request.replicaState().replicaEpoch(brokerEpoch);
    assertFalse(ask(version, request, at(offset)).isOpen());
  }

  private static FetchRequest fromFollower(int maxWaitMs) {
    return new FetchRequest()
        .replicaId(FOLLOWER)
        .replicaState(new ReplicaState().replicaId(FOLLOWER))
        .minBytes(1)
        .maxWaitMs(maxWaitMs)
        .sessionEpoch(-1);
  }

  private static FetchPartition at(long offset) {
    return new FetchPartition().partition(0).fetchOffset(offset).partitionMaxBytes(1_000_000);
  }

  private Answer<FetchResponse> ask(int version, FetchRequest request, FetchPartition partition) {
    if (version >= 15) {
      request.replicaId(-1);
    } else {
      request.replicaState(new ReplicaState());
    }
    request
        .maxBytes(10_000_000)
        .topics(
            List.of(
                new FetchTopic()
                    .topic("t")
                    .topicId(broker.topicId("t"))
                    .partitions(List.of(partition))));
    return Answer.to(handler, version, request, FetchResponse::read);
  }
}
