package org.odradek.broker.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.ReplicaFollowing.Target;
import org.odradek.broker.partition.TestBroker;
import org.odradek.broker.quota.ReplicationQuota;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchRequest.FetchPartition;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.FetchResponse.FetchableTopicResponse;
import org.odradek.protocol.message.FetchResponse.PartitionData;
import org.odradek.protocol.message.ListOffsetsRequest;
import org.odradek.protocol.message.ListOffsetsResponse;
import org.odradek.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import org.odradek.protocol.message.ListOffsetsResponse.ListOffsetsTopicResponse;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse.EpochEndOffset;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult;
import org.odradek.protocol.record.RecordBatchDescriptor;

/** Broker 1 follows broker 2, which the test plays. */
final class ReplicaFetcherTest {
  private static final int BACKOFF_MS = 1_000;
  private static final int EPOCH = 5;
  private static final int SESSION = 77;

  @TempDir Path directory;
  private TestBroker broker;
  private HeldLeader leader;
  private ReplicaFetcher fetcher;
  private final Map<String, String> throttled = new HashMap<>();
  private ReplicationQuota quota;

  @BeforeEach
  void start() {
    broker = new TestBroker(directory);
    quota = new ReplicationQuota(TestBroker.ID, throttled::get, broker.timer::nowMs, 11, 1_000);
    fetchWith(17);
  }

  private void fetchWith(int version) {
    leader = new HeldLeader(version);
    SerialExecutor owner = new SerialExecutor("test", Runnable::run);
    fetcher =
        new ReplicaFetcher(
            "Fetcher",
            new FetcherServices(
                TestBroker.ID,
                () -> TestBroker.BROKER_EPOCH,
                broker.timer::nowMs,
                broker.timer,
                new FetcherSettings(1_000_000, 10_000_000, 1, 500, BACKOFF_MS),
                quota),
            leader,
            owner);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private Target follower(String topic, int partition) {
    assertEquals(
        ErrorCode.NONE,
        broker.tell(
            topic,
            partition,
            TestBroker.OTHER,
            EPOCH,
            List.of(TestBroker.ID, TestBroker.OTHER),
            true));
    Partition made = broker.partitions.find(new TopicPartition(topic, partition));
    if (made == null) {
      throw new AssertionError("no replica of " + topic);
    }
    return new Target(made, TestBroker.OTHER, EPOCH);
  }

  /** A batch of the leader's log. */
  private ByteBuffer batch(long offset, int epoch, String... values) {
    ByteBuffer batch = broker.batch(values);
    RecordBatchDescriptor.baseOffset(batch, batch.position(), offset);
    RecordBatchDescriptor.partitionLeaderEpoch(batch, batch.position(), epoch);
    return batch;
  }

  private static PartitionData data(int partition, long highWatermark, ByteBuffer records) {
    return new PartitionData()
        .partitionIndex(partition)
        .highWatermark(highWatermark)
        .logStartOffset(0)
        .records(new BufferRecords(records));
  }

  private FetchResponse response(String topic, PartitionData... data) {
    return new FetchResponse()
        .sessionId(SESSION)
        .responses(
            List.of(
                new FetchableTopicResponse()
                    .topic(topic)
                    .topicId(broker.topicId(topic))
                    .partitions(List.of(data))));
  }

  private static FetchResponse nothing() {
    return new FetchResponse().sessionId(SESSION);
  }

  private static FetchPartition only(FetchRequest request) {
    assertEquals(1, request.topics().size());
    assertEquals(1, request.topics().getFirst().partitions().size());
    return request.topics().getFirst().partitions().getFirst();
  }

  @Test
  void appendsAndGoesOnInASession() {
    Target target = follower("t", 0);
    fetcher.add(List.of(target)); // no epochs yet: cut at the watermark, then fetched
    assertEquals(0, leader.fetch().sessionEpoch());
    assertEquals(TestBroker.ID, leader.fetch().replicaState().replicaId());
    assertEquals(TestBroker.BROKER_EPOCH, leader.fetch().replicaState().replicaEpoch());
    assertEquals(EPOCH, only(leader.fetch()).currentLeaderEpoch());
    assertEquals(-1, only(leader.fetch()).lastFetchedEpoch());
    leader.answerFetch(response("t", data(0, 1, batch(0, 4, "a", "b"))));
    assertEquals(1, leader.released);
    assertEquals(2, target.partition().log().logEndOffset());
    assertEquals(1, target.partition().log().highWatermark());
    assertEquals(SESSION, leader.fetch().sessionId());
    assertEquals(1, leader.fetch().sessionEpoch());
    assertEquals(2, only(leader.fetch()).fetchOffset());
    assertEquals(4, only(leader.fetch()).lastFetchedEpoch());
    leader.answerFetch(response("t", data(0, 2, ByteBuffer.allocate(0))));
    assertEquals(2, target.partition().log().highWatermark());
    assertEquals(2, leader.fetch().sessionEpoch());
    assertEquals(List.of(), leader.fetch().topics(), "nothing has changed");
    assertEquals(1, leader.open());
  }

  @Test
  void whatIsAddedDoesNotWaitBehindALongPoll() {
    fetcher.add(List.of(follower("t", 0)));
    leader.answerFetch(nothing());
    Target added = follower("t", 1);
    fetcher.add(List.of(added));
    assertEquals(2, leader.open());
    assertEquals(List.of(), leader.fetch().topics());
    assertEquals(leader.fetch().sessionEpoch() + 1, leader.lastFetch().sessionEpoch());
    assertEquals(1, only(leader.lastFetch()).partition());
    fetcher.add(List.of(follower("t", 2)));
    assertEquals(2, leader.open(), "no third before the second is answered");
    leader.answerFetch(nothing());
    assertEquals(1, leader.open());
    leader.answerFetch(response("t", data(1, 0, batch(0, 4, "b"))));
    assertEquals(1, added.partition().log().logEndOffset());
    assertEquals(1, leader.open());
    assertEquals(2, leader.fetch().topics().getFirst().partitions().size());
    fetcher.remove(List.of(added.partition().topicPartition()));
    leader.answerFetch(nothing());
    assertEquals(1, leader.fetch().forgottenTopicsData().size());
  }

  @Test
  void anAnswerToAnEarlierEpochIsNotTakenForTheLaterOnes() {
    Target target = follower("t", 0);
    fetcher.add(List.of(target));
    leader.answerFetch(response("t", data(0, 1, batch(0, 4, "a"))));
    broker.tell(
        "t", 0, TestBroker.OTHER, EPOCH + 1, List.of(TestBroker.ID, TestBroker.OTHER), true);
    fetcher.add(List.of(new Target(target.partition(), TestBroker.OTHER, EPOCH + 1)));
    assertEquals(2, leader.open());
    leader.answerFetch(response("t", error(ErrorCode.FENCED_LEADER_EPOCH)));
    leader.answerFetch(nothing());
    assertEquals(EPOCH + 1, only(leader.fetch()).currentLeaderEpoch());
    leader.answerFetch(response("t", data(0, 2, batch(1, EPOCH + 1, "b"))));
    assertEquals(2, target.partition().log().logEndOffset());
  }

  @Test
  void aLostSessionBeginsAnew() {
    fetcher.add(List.of(follower("t", 0)));
    leader.answerFetch(nothing());
    leader.answerFetch(new FetchResponse().errorCode(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.code()));
    assertEquals(0, leader.fetch().sessionId());
    assertEquals(0, leader.fetch().sessionEpoch());
    assertEquals(0, only(leader.fetch()).partition());
  }

  @Test
  void anUnreachableLeaderIsTriedAgainLater() {
    fetcher.add(List.of(follower("t", 0)));
    for (int i = 0; i < 10; i++) {
      leader.fail();
      assertEquals(0, leader.open());
      broker.timer.advance(BACKOFF_MS);
      assertEquals(1, leader.open());
    }
    assertEquals(0, leader.fetch().sessionEpoch());
  }

  @Test
  void damagedRecordsAreNotAppended() {
    Target target = follower("t", 0);
    fetcher.add(List.of(target));
    ByteBuffer damaged = batch(0, 4, "a");
    damaged.put(damaged.limit() - 1, (byte) 1);
    leader.answerFetch(response("t", data(0, 1, damaged)));
    assertEquals(0, target.partition().log().logEndOffset());
    assertEquals(0, leader.open());
    broker.timer.advance(BACKOFF_MS);
    leader.answerFetch(response("t", data(0, 1, batch(0, 4, "a"))));
    assertEquals(1, target.partition().log().logEndOffset());
  }

  @Test
  void recordsOfALaterEpochAreLeftOut() {
    Target target = follower("t", 0);
    fetcher.add(List.of(target));
    ByteBuffer first = batch(0, EPOCH, "a");
    ByteBuffer later = batch(1, EPOCH + 1, "b");
    ByteBuffer both = ByteBuffer.allocate(first.remaining() + later.remaining());
    both.put(first).put(later).flip();
    leader.answerFetch(response("t", data(0, 0, both)));
    assertEquals(1, target.partition().log().logEndOffset());
  }

  @Test
  void divergingLogsAreCut() {
    Target target = follower("t", 0);
    fetcher.add(List.of(target));
    leader.answerFetch(response("t", data(0, 1, batch(0, 3, "a"))));
    leader.answerFetch(response("t", data(0, 1, batch(1, 4, "b"))));
    assertEquals(2, only(leader.fetch()).fetchOffset());
    PartitionData diverging = data(0, 1, ByteBuffer.allocate(0));
    diverging.divergingEpoch().epoch(3).endOffset(1);
    leader.answerFetch(response("t", diverging));
    assertEquals(1, target.partition().log().logEndOffset());
    assertEquals(1, only(leader.fetch()).fetchOffset());
    assertEquals(3, only(leader.fetch()).lastFetchedEpoch());
  }

  @Test
  void olderLeadersAreAskedForTheEpochsEnd() {
    fetchWith(11);
    Target target = follower("t", 0);
    target.partition().asFollower().append(batch(0, 3, "a"), EPOCH);
    target.partition().asFollower().append(batch(1, 4, "b"), EPOCH);
    fetcher.add(List.of(target));
    OffsetForLeaderEpochRequest asked =
        assertInstanceOf(OffsetForLeaderEpochRequest.class, leader.next().request());
    assertEquals(4, asked.topics().getFirst().partitions().getFirst().leaderEpoch());
    assertEquals(EPOCH, asked.topics().getFirst().partitions().getFirst().currentLeaderEpoch());
    leader.answer(
        new OffsetForLeaderEpochResponse()
            .topics(
                List.of(
                    new OffsetForLeaderTopicResult()
                        .topic("t")
                        .partitions(List.of(new EpochEndOffset().leaderEpoch(3).endOffset(1))))));
    assertEquals(1, target.partition().log().logEndOffset());
    assertEquals(1, only(leader.fetch()).fetchOffset());
    assertEquals(TestBroker.ID, leader.fetch().replicaId());
  }

  private void answerOffset(long timestamp, long offset) {
    ListOffsetsRequest asked = assertInstanceOf(ListOffsetsRequest.class, leader.next().request());
    assertEquals(timestamp, asked.topics().getFirst().partitions().getFirst().timestamp());
    leader.answer(
        new ListOffsetsResponse()
            .topics(
                List.of(
                    new ListOffsetsTopicResponse()
                        .name("t")
                        .partitions(List.of(new ListOffsetsPartitionResponse().offset(offset))))));
  }

  @Test
  void outOfRangeBeyondTheLeadersEnd() {
    Target target = follower("t", 0);
    target.partition().asFollower().append(batch(0, 3, "a"), EPOCH);
    target.partition().asFollower().append(batch(1, 3, "b"), EPOCH);
    fetcher.add(List.of(target));
    leader.answerFetch(response("t", error(ErrorCode.OFFSET_OUT_OF_RANGE)));
    answerOffset(-1, 1);
    assertEquals(1, target.partition().log().logEndOffset());
    assertEquals(1, only(leader.fetch()).fetchOffset());
  }

  @Test
  void outOfRangeBelowTheLeadersStart() {
    Target target = follower("t", 0);
    target.partition().asFollower().append(batch(0, 3, "a"), EPOCH);
    fetcher.add(List.of(target));
    leader.answerFetch(response("t", error(ErrorCode.OFFSET_OUT_OF_RANGE)));
    answerOffset(-1, 40);
    answerOffset(-2, 30);
    assertEquals(30, target.partition().log().logStartOffset());
    assertEquals(30, target.partition().log().logEndOffset());
    assertEquals(30, only(leader.fetch()).fetchOffset());
    // the leader deleted up to the middle of a batch: the whole of it comes
    leader.answerFetch(response("t", data(0, 40, batch(29, 3, "x", "y")).logStartOffset(30)));
    assertEquals(31, target.partition().log().logEndOffset());
    assertEquals(30, target.partition().log().logStartOffset());
  }

  @Test
  void otherRecordsWhereTheLeaderHasABatchAreCut() {
    Target target = follower("t", 0);
    fetcher.add(List.of(target));
    leader.answerFetch(response("t", data(0, 0, batch(0, 3, "a"))));
    leader.answerFetch(response("t", data(0, 0, batch(1, 3, "b"))));
    assertEquals(2, only(leader.fetch()).fetchOffset());
    // the leader has deleted what its epochs there are known by, so it sees nothing wrong
    leader.answerFetch(response("t", data(0, 4, batch(1, 4, "x", "y", "z")).logStartOffset(0)));
    assertEquals(1, target.partition().log().logEndOffset());
    assertEquals(1, only(leader.fetch()).fetchOffset(), "asked again from there, at once");
    leader.answerFetch(response("t", data(0, 4, batch(1, 4, "x", "y", "z")).logStartOffset(0)));
    assertEquals(4, target.partition().log().logEndOffset());
    assertEquals(4, target.partition().log().highWatermark());
  }

  private static PartitionData error(ErrorCode code) {
    return new PartitionData().partitionIndex(0).errorCode(code.code()).highWatermark(-1);
  }

  @Test
  void aFencedReplicaWaitsForTheController() {
    Target target = follower("t", 0);
    fetcher.add(List.of(target));
    leader.answerFetch(response("t", error(ErrorCode.FENCED_LEADER_EPOCH)));
    broker.timer.advance(60_000);
    assertEquals(0, leader.open());
    fetcher.add(List.of(new Target(target.partition(), TestBroker.OTHER, EPOCH)));
    assertEquals(1, leader.open());
  }

  @Test
  void aRoleThatHasPassedAppendsNothing() {
    Target target = follower("t", 0);
    fetcher.add(List.of(target));
    broker.tell("t", 0, TestBroker.ID, EPOCH + 1, List.of(TestBroker.ID));
    leader.answerFetch(response("t", data(0, 1, batch(0, 4, "a"))));
    assertEquals(0, target.partition().log().logEndOffset());
    assertEquals(0, leader.open(), "it is not fetched any more");
  }

  @Test
  void throttledReplicasAreKeptBackUnlessInSync() {
    Target target = follower("t", 0);
    throttled.put("t", "*");
    quota.bytesPerSecond(1_000);
    fetcher.add(List.of(target));
    assertEquals(1_000, only(leader.fetch()).partitionMaxBytes());
    ByteBuffer large = batch(0, 4, "x".repeat(5_000));
    leader.answerFetch(response("t", data(0, 9, large)));
    assertEquals(1, target.partition().log().logEndOffset());
    assertEquals(0, leader.open());
    broker.timer.advance(2_000);
    assertEquals(0, leader.open(), "5 kB in 2 s are too much");
    for (int i = 0; i < 5; i++) {
      broker.timer.advance(1_000);
    }
    assertEquals(1, leader.open());
    leader.answerFetch(response("t", data(0, 2, batch(1, 4, "x".repeat(50_000)))));
    assertEquals(2, target.partition().log().logEndOffset());
    assertEquals(1, leader.open(), "now it is in sync");
    assertTrue(quota.room() == 0);
  }

  @Test
  void closes() {
    fetcher.add(List.of(follower("t", 0)));
    fetcher.close();
    assertTrue(leader.closed);
    leader.answerFetch(response("t", data(0, 1, batch(0, 4, "a"))));
    assertEquals(1, leader.released);
    assertEquals(0, leader.open());
    assertFalse(broker.partitions.all().isEmpty());
  }
}
