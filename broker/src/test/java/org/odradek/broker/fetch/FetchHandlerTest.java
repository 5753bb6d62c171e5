package org.odradek.broker.fetch;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.odradek.broker.fetch.Fetched.bytes;
import static org.odradek.broker.fetch.Fetched.only;
import static org.odradek.broker.fetch.Wanted.at;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.partition.Answer;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.TestBroker;
import org.odradek.broker.quota.ClientQuota;
import org.odradek.broker.quota.ClientQuotas;
import org.odradek.broker.quota.QuotaWindow;
import org.odradek.broker.quota.ReplicationQuota;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchRequest.ForgottenTopic;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.FetchResponse.PartitionData;
import org.odradek.protocol.record.RecordBatch;
import org.odradek.protocol.record.RecordBatchDescriptor;
import org.odradek.storage.AppendOrigin;

final class FetchHandlerTest {
  @TempDir Path directory;
  private TestBroker broker;
  private FetchSessions sessions;
  private FetchHandler handler;
  private int nextSessionId = 100;

  @BeforeEach
  void start() {
    broker = new TestBroker(directory);
    sessions = new FetchSessions(2, broker.timer::nowMs, () -> nextSessionId++);
    handler = handler(ClientQuota.none());
  }

  private FetchHandler handler(ClientQuota quota) {
    return new FetchHandler(
        new FetchServices(
            broker.partitions,
            broker.metadata,
            sessions,
            broker.timer,
            Runnable::run,
            50_000_000,
            ReplicationQuota.none(),
            quota,
            ReplicaSelector.RACK_AWARE));
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void readsInAllVersions() {
    Partition partition = broker.lead("t");
    append(partition, "a", "b");
    append(partition, "c");
    for (int version = 0; version <= 18; version++) {
      FetchResponse response = ask(version, request(1, 0, at("t", 0, 0))).get();
      PartitionData data = only(response);
      assertEquals(ErrorCode.NONE.code(), data.errorCode());
      assertEquals(3, data.highWatermark());
      assertEquals(version >= 4 ? 3 : -1, data.lastStableOffset());
      assertEquals(version >= 5 ? 0 : -1, data.logStartOffset());
      assertNull(version >= 4 ? data.abortedTransactions() : null);
      int magic = version >= 4 ? 2 : version >= 2 ? 1 : 0;
      for (RecordBatch batch : RecordBatch.allIn(bytes(data))) {
        assertEquals(magic, batch.magic());
      }
      if (magic == 2) {
        assertEquals(List.of("a", "b", "c"), TestBroker.values(bytes(data)));
      }
      if (version >= 13) {
        assertEquals(broker.topicId("t"), response.responses().getFirst().topicId());
      } else {
        assertEquals("t", response.responses().getFirst().topic());
      }
    }
  }

  @Test
  void fromWithinABatchOn() {
    Partition partition = broker.lead("t");
    append(partition, "a", "b");
    append(partition, "c");
    assertEquals(
        List.of("a", "b", "c"),
        TestBroker.values(bytes(only(ask(12, request(1, 0, at("t", 0, 1))).get()))));
    assertEquals(
        List.of("c"), TestBroker.values(bytes(only(ask(12, request(1, 0, at("t", 0, 2))).get()))));
  }

  @Test
  void refusals() {
    append(broker.lead("t"), "a");
    broker.announce("elsewhere", 0, TestBroker.OTHER, 4, List.of(TestBroker.OTHER));
    assertError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 12, at("none", 0, 0));
    assertError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 4, at("none", 0, 0));
    assertError(ErrorCode.NOT_LEADER_OR_FOLLOWER, 12, at("elsewhere", 0, 0));
    assertError(ErrorCode.OFFSET_OUT_OF_RANGE, 12, at("t", 0, 2));
    assertError(ErrorCode.OFFSET_OUT_OF_RANGE, 12, at("t", 0, -5));
    assertError(ErrorCode.FENCED_LEADER_EPOCH, 12, at("t", 0, 0).currentLeaderEpoch(2));
    assertError(ErrorCode.UNKNOWN_LEADER_EPOCH, 12, at("t", 0, 0).currentLeaderEpoch(4));
    FetchRequest unknownId = request(1, 0, at("t", 0, 0));
    unknownId.topics().getFirst().topicId(new Uuid(99, 99));
    assertEquals(ErrorCode.UNKNOWN_TOPIC_ID.code(), only(ask(13, unknownId).get()).errorCode());
  }

  @Test
  void tellsWhoLeads() {
    broker.announce("elsewhere", 0, TestBroker.OTHER, 4, List.of(TestBroker.OTHER));
    FetchResponse response = ask(16, request(1, 500, at("elsewhere", 0, 0))).get();
    assertEquals(TestBroker.OTHER, only(response).currentLeader().leaderId());
    assertEquals(4, only(response).currentLeader().leaderEpoch());
    assertEquals("host2", response.nodeEndpoints().getFirst().host());
  }

  @Test
  void divergingEpoch() {
    Partition partition = broker.lead("t", 0, 3, List.of(TestBroker.ID));
    append(partition, "a");
    broker.lead("t", 0, 5, List.of(TestBroker.ID));
    append(partition, "b");
    // epoch 3 ends at 1, but the client has fetched up to 2 in it
    PartitionData data = only(ask(12, request(1, 500, at("t", 0, 2).lastFetchedEpoch(3))).get());
    assertEquals(ErrorCode.NONE.code(), data.errorCode());
    assertEquals(3, data.divergingEpoch().epoch());
    assertEquals(1, data.divergingEpoch().endOffset());
    assertEquals(0, bytes(data).remaining());
    assertEquals(
        List.of("b"),
        TestBroker.values(
            bytes(only(ask(12, request(1, 500, at("t", 0, 1).lastFetchedEpoch(3))).get()))));
  }

  @Test
  void waitsForAnAppend() {
    Partition partition = broker.lead("t");
    Answer<FetchResponse> answer = ask(12, request(1, 500, at("t", 0, 0)));
    assertTrue(answer.isOpen());
    broker.timer.advance(499);
    assertTrue(answer.isOpen());
    append(partition, "a");
    assertEquals(List.of("a"), TestBroker.values(bytes(only(answer.get()))));
    assertEquals(0, broker.timer.waits());
  }

  @Test
  void waitsNoLongerThanAllowed() {
    broker.lead("t");
    Answer<FetchResponse> answer = ask(12, request(1, 500, at("t", 0, 0)));
    broker.timer.advance(500);
    assertEquals(0, bytes(only(answer.get())).remaining());
    assertEquals(0, only(answer.get()).highWatermark());
    Answer<FetchResponse> atOnce = ask(12, request(1, 0, at("t", 0, 0)));
    assertEquals(0, bytes(only(atOnce.get())).remaining());
    assertEquals(0, broker.timer.waits());
  }

  @Test
  void waitsForItsMinimumOfBytesOverPartitions() {
    Partition one = broker.lead("t", 0, 3, List.of(TestBroker.ID));
    Partition two = broker.lead("t", 1, 3, List.of(TestBroker.ID));
    int batchBytes = broker.batch("a").remaining();
    Answer<FetchResponse> answer =
        ask(12, request(3 * batchBytes, 500, at("t", 0, 0), at("t", 1, 0)));
    append(one, "a");
    append(two, "b");
    assertTrue(answer.isOpen());
    append(one, "c");
    FetchResponse response = answer.get();
    List<PartitionData> partitions = response.responses().getFirst().partitions();
    assertEquals(List.of("a", "c"), TestBroker.values(bytes(partitions.get(0))));
    assertEquals(List.of("b"), TestBroker.values(bytes(partitions.get(1))));
  }

  @Test
  void wokenWhenTheLeadIsLost() {
    broker.lead("t");
    Answer<FetchResponse> old = ask(10, request(1, 500, at("t", 0, 0)));
    Answer<FetchResponse> knowing = ask(12, request(1, 500, at("t", 0, 0).currentLeaderEpoch(3)));
    broker.tell("t", 0, TestBroker.OTHER, 4, List.of(TestBroker.ID, TestBroker.OTHER));
    assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER.code(), only(old.get()).errorCode());
    assertEquals(ErrorCode.FENCED_LEADER_EPOCH.code(), only(knowing.get()).errorCode());
  }

  /** KIP-392: up to what the follower knows to be replicated, and it waits there. */
  @Test
  void consumersReadFromFollowers() {
    broker.tell("t", 0, TestBroker.OTHER, 4, List.of(TestBroker.ID, TestBroker.OTHER));
    Partition partition = requireNonNull(broker.partitions.find(new TopicPartition("t", 0)));
    ByteBuffer batch = broker.batch("a");
    RecordBatchDescriptor.partitionLeaderEpoch(batch, batch.position(), 4);
    partition.asFollower().append(batch, 4);
    assertEquals(
        ErrorCode.NOT_LEADER_OR_FOLLOWER.code(),
        only(ask(10, request(1, 500, at("t", 0, 0))).get()).errorCode());
    Answer<FetchResponse> answer = ask(11, request(1, 500, at("t", 0, 0)));
    assertTrue(answer.isOpen());
    partition.asFollower().takeOver(1, 0, 4);
    assertEquals(List.of("a"), TestBroker.values(bytes(only(answer.get()))));
    assertEquals(
        ErrorCode.OFFSET_OUT_OF_RANGE.code(),
        only(ask(11, request(1, 500, at("t", 0, 2))).get()).errorCode());
  }

  @Test
  void seesNothingAboveTheHighWatermark() {
    Partition partition = broker.lead("t", 0, 3, List.of(TestBroker.ID, TestBroker.OTHER));
    append(partition, "a");
    Answer<FetchResponse> answer = ask(12, request(1, 500, at("t", 0, 0)));
    assertTrue(answer.isOpen());
    broker.lead("t", 0, 4, List.of(TestBroker.ID));
    assertEquals(List.of("a"), TestBroker.values(bytes(only(answer.get()))));
  }

  @Test
  void firstBatchAlwaysComesAndOnlyThat() {
    Partition one = broker.lead("t", 0, 3, List.of(TestBroker.ID));
    Partition two = broker.lead("t", 1, 3, List.of(TestBroker.ID));
    append(one, "x".repeat(1000));
    append(one, "y".repeat(1000));
    append(two, "z".repeat(1000));
    FetchRequest request =
        request(1, 0, at("t", 0, 0).partitionMaxBytes(10), at("t", 1, 0).partitionMaxBytes(10))
            .maxBytes(10);
    List<PartitionData> partitions = ask(12, request).get().responses().getFirst().partitions();
    assertEquals(List.of("x".repeat(1000)), TestBroker.values(bytes(partitions.get(0))));
    assertEquals(List.of(), TestBroker.values(bytes(partitions.get(1))));
  }

  @Test
  void readCommittedNamesAbortedTransactions() {
    append(broker.lead("t"), "a");
    PartitionData data = only(ask(12, request(1, 0, at("t", 0, 0)).isolationLevel((byte) 1)).get());
    assertEquals(List.of(), data.abortedTransactions());
    assertEquals(List.of("a"), TestBroker.values(bytes(data)));
  }

  @Test
  void sessionAnswersOnlyWhatIsNew() {
    Partition one = broker.lead("t", 0, 3, List.of(TestBroker.ID));
    Partition two = broker.lead("t", 1, 3, List.of(TestBroker.ID));
    append(one, "a");
    FetchResponse opened =
        ask(12, request(1, 0, at("t", 0, 1), at("t", 1, 0)).sessionEpoch(0)).get();
    assertEquals(100, opened.sessionId());
    assertEquals(2, opened.responses().getFirst().partitions().size());

    FetchResponse nothing = incremental(12, 100, 1);
    assertEquals(100, nothing.sessionId());
    assertEquals(List.of(), nothing.responses());

    append(two, "b");
    FetchResponse news = incremental(12, 100, 2);
    assertEquals(1, news.responses().getFirst().partitions().size());
    assertEquals(1, only(news).partitionIndex());
    assertEquals(List.of("b"), TestBroker.values(bytes(only(news))));

    FetchResponse moved = incremental(12, 100, 3, at("t", 1, 1));
    assertEquals(List.of(), moved.responses());
  }

  @Test
  void errorsInASessionAreRepeated() {
    broker.lead("t");
    ask(12, request(1, 0, at("t", 0, 0), at("t", 5, 0)).sessionEpoch(0)).get();
    for (int epoch = 1; epoch < 4; epoch++) {
      FetchResponse response = incremental(12, 100, epoch);
      assertEquals(5, only(response).partitionIndex());
      assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(), only(response).errorCode());
    }
  }

  @Test
  void partitionsAreForgottenAndTheSessionEndsWithTheLast() {
    Partition partition = broker.lead("t");
    append(partition, "a");
    ask(12, request(1, 0, at("t", 0, 0)).sessionEpoch(0)).get();
    assertEquals(1, sessions.size());
    FetchRequest forget =
        request(1, 0)
            .sessionId(100)
            .sessionEpoch(1)
            .forgottenTopicsData(List.of(new ForgottenTopic().topic("t").partitions(List.of(0))));
    FetchResponse response = ask(12, forget).get();
    assertEquals(0, response.sessionId());
    assertEquals(List.of(), response.responses());
    assertEquals(0, sessions.size());
  }

  @Test
  void sessionErrors() {
    broker.lead("t");
    assertEquals(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.code(), incremental(12, 77, 1).errorCode());
    ask(12, request(1, 0, at("t", 0, 0)).sessionEpoch(0)).get();
    assertEquals(ErrorCode.INVALID_FETCH_SESSION_EPOCH.code(), incremental(12, 100, 2).errorCode());
    assertEquals(
        ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR.code(), incremental(13, 100, 1).errorCode());
    assertEquals(ErrorCode.NONE.code(), incremental(12, 100, 1).errorCode());
  }

  @Test
  void aFullFetchEndsTheSession() {
    broker.lead("t");
    ask(12, request(1, 0, at("t", 0, 0)).sessionEpoch(0)).get();
    FetchResponse response =
        ask(12, request(1, 0, at("t", 0, 0)).sessionId(100).sessionEpoch(-1)).get();
    assertEquals(0, response.sessionId());
    assertEquals(0, sessions.size());
  }

  @Test
  void noMoreSessionsThanAllowedButIdleOnesGiveWay() {
    broker.lead("t");
    for (int i = 0; i < 2; i++) {
      assertNotEquals(0, ask(12, request(1, 0, at("t", 0, 0)).sessionEpoch(0)).get().sessionId());
    }
    assertEquals(0, ask(12, request(1, 0, at("t", 0, 0)).sessionEpoch(0)).get().sessionId());
    broker.timer.advance(60_000);
    incremental(12, 100, 1);
    broker.timer.advance(60_001);
    assertEquals(102, ask(12, request(1, 0, at("t", 0, 0)).sessionEpoch(0)).get().sessionId());
    assertEquals(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.code(), incremental(12, 101, 1).errorCode());
    assertEquals(ErrorCode.NONE.code(), incremental(12, 100, 2).errorCode());
  }

  @Test
  void sessionsByTopicId() {
    append(broker.lead("t"), "a");
    FetchResponse opened = ask(13, request(1, 0, at("t", 0, 0)).sessionEpoch(0)).get();
    assertEquals(List.of("a"), TestBroker.values(bytes(only(opened))));
    assertEquals(
        List.of("a"), TestBroker.values(bytes(only(incremental(13, opened.sessionId(), 1)))));
  }

  /** A quota of 100 bytes a second allows 1000 at once. */
  @Test
  void overItsQuotaAConsumerGetsNothingAndIsHeldBack() {
    ClientQuotas quotas =
        new ClientQuotas(
            QuotaWindow.DEFAULT,
            QuotaWindow.DEFAULT,
            broker.timer::nowMs,
            Double.POSITIVE_INFINITY,
            Double.POSITIVE_INFINITY);
    quotas.configChanged(new ConfigEntity("clients/test"), Map.of("consumer_byte_rate", "100"));
    handler = handler(quotas.fetch());
    Partition partition = broker.lead("t");
    append(partition, "x".repeat(900));
    append(partition, "x".repeat(900));
    FetchResponse opened = ask(12, request(1, 0, at("t", 0, 0)).sessionEpoch(0)).get();
    assertEquals(1, TestBroker.values(bytes(only(opened))).size(), "no more than fits the window");
    int id = opened.sessionId();

    Answer<FetchResponse> over =
        ask(12, request(1, 0, at("t", 0, 1)).sessionId(id).sessionEpoch(1));
    assertEquals(List.of(), over.get().responses());
    assertEquals(id, over.get().sessionId());
    assertTrue(over.throttledMs() > 1_000, "" + over.throttledMs());
    assertEquals(over.throttledMs(), over.get().throttleTimeMs());

    Answer<FetchResponse> withoutSession = ask(12, request(1, 0, at("t", 0, 1)).sessionEpoch(0));
    assertEquals(0, withoutSession.get().sessionId(), "a session begins with all partitions");
    assertEquals(1, sessions.size());
    assertEquals(over.throttledMs(), withoutSession.throttledMs(), "what was not sent counted");
    assertEquals(0, ask(0, request(1, 0, at("t", 0, 1))).get().throttleTimeMs());

    broker.timer.advance(11_000);
    FetchResponse later = ask(12, request(1, 0).sessionId(id).sessionEpoch(2)).get();
    assertEquals(0, later.throttleTimeMs());
    assertEquals(1, TestBroker.values(bytes(only(later))).size());
  }

  @Test
  void followersHaveNoQuota() {
    ClientQuotas quotas =
        new ClientQuotas(QuotaWindow.DEFAULT, QuotaWindow.DEFAULT, broker.timer::nowMs, 1, 1);
    handler = handler(quotas.fetch());
    append(broker.lead("t", 0, 3, List.of(TestBroker.ID, TestBroker.OTHER)), "x".repeat(900));
    Answer<FetchResponse> answer =
        ask(12, request(1, 0, at("t", 0, 0)).replicaId(TestBroker.OTHER));
    assertEquals(0, answer.throttledMs());
    assertEquals(1, TestBroker.values(bytes(only(answer.get()))).size());
  }

  private FetchResponse incremental(int version, int id, int epoch, Wanted... changed) {
    return ask(version, request(1, 0, changed).sessionId(id).sessionEpoch(epoch)).get();
  }

  private void assertError(ErrorCode expected, int version, Wanted wanted) {
    PartitionData data = only(ask(version, request(1, 500, wanted)).get());
    assertEquals(expected, ErrorCode.forCode(data.errorCode()));
    assertEquals(-1, data.highWatermark());
    assertEquals(0, bytes(data).remaining());
  }

  private void append(Partition partition, String... values) {
    partition.append(broker.batch(values), AppendOrigin.CLIENT, false);
  }

  private FetchRequest request(int minBytes, int maxWaitMs, Wanted... wanted) {
    return Wanted.request(broker, minBytes, maxWaitMs, wanted);
  }

  private Answer<FetchResponse> ask(int version, FetchRequest request) {
    return Answer.to(handler, version, request, FetchResponse::read);
  }
}
