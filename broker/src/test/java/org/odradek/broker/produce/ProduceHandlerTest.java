package org.odradek.broker.produce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.ProduceRequest;
import org.odradek.protocol.message.ProduceRequest.PartitionProduceData;
import org.odradek.protocol.message.ProduceRequest.TopicProduceData;
import org.odradek.protocol.message.ProduceResponse;
import org.odradek.protocol.message.ProduceResponse.PartitionProduceResponse;
import org.odradek.protocol.record.RecordBatchBuilder;
import org.odradek.storage.AppendOrigin;

final class ProduceHandlerTest {
  @TempDir Path directory;
  private TestBroker broker;
  private ProduceHandler handler;

  @BeforeEach
  void start() {
    broker = new TestBroker(directory);
    handler =
        new ProduceHandler(
            broker.partitions,
            broker.metadata,
            broker.timer,
            broker.timer::nowMs,
            ClientQuota.none());
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void appendsInAllVersions() {
    Partition partition = broker.lead("t");
    for (int version = 3; version <= 13; version++) {
      long before = partition.log().logEndOffset();
      PartitionProduceResponse answer =
          only(produce(version, 1, "t", 0, broker.batch("a", "b")).get());
      assertEquals(ErrorCode.NONE.code(), answer.errorCode());
      assertEquals(before, answer.baseOffset());
      assertEquals(-1, answer.logAppendTimeMs());
      assertEquals(version >= 5 ? 0 : -1, answer.logStartOffset());
      assertEquals(before + 2, partition.log().logEndOffset());
      assertEquals(before + 2, partition.log().highWatermark());
    }
  }

  @Test
  void emptyMessageSetOfOldClients() {
    broker.lead("t");
    PartitionProduceResponse answer = only(produce(2, 1, "t", 0, ByteBuffer.allocate(0)).get());
    assertEquals(ErrorCode.NONE.code(), answer.errorCode());
    assertEquals(-1, answer.baseOffset());
  }

  @Test
  void withoutAcknowledgement() {
    Partition partition = broker.lead("t");
    Answer<ProduceResponse> good = produce(9, 0, "t", 0, broker.batch("a"));
    assertTrue(good.silent());
    assertEquals(1, partition.log().logEndOffset());
    Answer<ProduceResponse> bad = produce(9, 0, "t", 1, broker.batch("a"));
    assertNotNull(bad.closed());
    assertTrue(bad.closed().contains("t-1"), bad.closed());
    Answer<ProduceResponse> transactional =
        ask(9, request(0, "t", 0, broker.batch("a")).transactionalId("x"));
    assertNotNull(transactional.closed());
    assertEquals(1, partition.log().logEndOffset());
  }

  @Test
  void clientsDoNotWriteToInternalTopics() {
    Partition partition = broker.lead("__consumer_offsets");
    ProduceRequest request = request(1, "__consumer_offsets", 0, broker.batch("a"));
    assertEquals(ErrorCode.INVALID_TOPIC_EXCEPTION, code(ask(9, request)));
    assertEquals(0, partition.log().logEndOffset());
    assertEquals(
        ErrorCode.NONE,
        code(Answer.to(handler, 9, "__admin_client", request, ProduceResponse::read)));
  }

  @Test
  void refusals() {
    broker.lead("t");
    broker.announce("elsewhere", 0, TestBroker.OTHER, 4, List.of(TestBroker.OTHER));
    assertEquals(
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, code(produce(9, 1, "none", 0, broker.batch("a"))));
    assertEquals(
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, code(produce(9, 1, "t", 9, broker.batch("a"))));
    assertEquals(
        ErrorCode.NOT_LEADER_OR_FOLLOWER, code(produce(9, 1, "elsewhere", 0, broker.batch("a"))));
    assertEquals(ErrorCode.INVALID_REQUIRED_ACKS, code(produce(9, 2, "t", 0, broker.batch("a"))));
    assertEquals(ErrorCode.INVALID_RECORD, code(produce(9, 1, "t", 0, ByteBuffer.allocate(0))));
    ByteBuffer damaged = broker.batch("a");
    damaged.put(damaged.limit() - 1, (byte) 77);
    assertEquals(ErrorCode.CORRUPT_MESSAGE, code(produce(9, 1, "t", 0, damaged)));
    ProduceRequest unknownId = request(1, "t", 0, broker.batch("a"));
    unknownId.topicData().getFirst().topicId(new Uuid(99, 99));
    assertEquals(ErrorCode.UNKNOWN_TOPIC_ID, code(ask(13, unknownId)));
  }

  @Test
  void transactionsAreRefused() {
    Partition partition = broker.lead("t");
    assertEquals(
        ErrorCode.INVALID_PRODUCER_ID_MAPPING,
        code(ask(9, request(1, "t", 0, broker.batch("a")).transactionalId("x"))));
    ByteBuffer batch =
        new RecordBatchBuilder()
            .producer(4, (short) 0, 0)
            .transactional()
            .append(broker.timer.nowMs(), null, null)
            .build();
    assertEquals(ErrorCode.INVALID_PRODUCER_ID_MAPPING, code(produce(9, 1, "t", 0, batch)));
    assertEquals(0, partition.log().logEndOffset());
  }

  @Test
  void tellsWhoLeads() {
    broker.lead("t", 0, 3, List.of(TestBroker.ID, TestBroker.OTHER));
    broker.tell("t", 0, TestBroker.OTHER, 4, List.of(TestBroker.ID, TestBroker.OTHER));
    ProduceResponse response = produce(10, 1, "t", 0, broker.batch("a")).get();
    assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER.code(), only(response).errorCode());
    assertEquals(TestBroker.OTHER, only(response).currentLeader().leaderId());
    assertEquals(4, only(response).currentLeader().leaderEpoch());
    assertEquals("host2", response.nodeEndpoints().getFirst().host());
    assertEquals(9002, response.nodeEndpoints().getFirst().port());
  }

  @Test
  void recordErrorsOnCompactedTopic() {
    broker.configure("c", Map.of("cleanup.policy", "compact"));
    broker.lead("c");
    PartitionProduceResponse answer = only(produce(8, 1, "c", 0, broker.batch("a", "b")).get());
    assertEquals(ErrorCode.INVALID_RECORD.code(), answer.errorCode());
    assertEquals(2, answer.recordErrors().size());
    assertEquals(1, answer.recordErrors().get(1).batchIndex());
    assertNotNull(answer.errorMessage());
  }

  @Test
  void logAppendTime() {
    broker.configure("l", Map.of("message.timestamp.type", "LogAppendTime"));
    broker.lead("l");
    ByteBuffer batch = broker.batch("a");
    broker.timer.advance(5000);
    PartitionProduceResponse answer = only(produce(9, 1, "l", 0, batch).get());
    assertEquals(broker.timer.nowMs(), answer.logAppendTimeMs());
  }

  @Test
  void recompressedAtTheTopicsLevel() {
    long[] sizes = new long[2];
    for (int i = 0; i < 2; i++) {
      String topic = "z" + i;
      broker.configure(
          topic, Map.of("compression.type", "gzip", "compression.gzip.level", i == 0 ? "1" : "9"));
      Partition partition = broker.lead(topic);
      StringBuilder text = new StringBuilder();
      for (int n = 0; n < 20_000; n++) {
        text.append(n * 7919 % 1000).append(' ');
      }
      assertEquals(ErrorCode.NONE, code(produce(9, 1, topic, 0, broker.batch(text.toString()))));
      sizes[i] = partition.log().sizeInBytes();
    }
    assertTrue(sizes[1] < sizes[0], "level 9: " + sizes[1] + ", level 1: " + sizes[0]);
  }

  /** A quota of 100 bytes a second allows 1000 at once. */
  @Test
  void overItsQuotaAProducerIsHeldBackAfterTheAppend() {
    ClientQuotas quotas =
        new ClientQuotas(
            QuotaWindow.DEFAULT,
            QuotaWindow.DEFAULT,
            broker.timer::nowMs,
            Double.POSITIVE_INFINITY,
            Double.POSITIVE_INFINITY);
    quotas.configChanged(new ConfigEntity("clients/test"), Map.of("producer_byte_rate", "100"));
    handler =
        new ProduceHandler(
            broker.partitions,
            broker.metadata,
            broker.timer,
            broker.timer::nowMs,
            quotas.produce());
    Partition partition = broker.lead("t");
    Answer<ProduceResponse> within = produce(9, 1, "t", 0, broker.batch("a"));
    assertEquals(0, within.get().throttleTimeMs());
    assertEquals(0, within.throttledMs());
    Answer<ProduceResponse> over = produce(9, 1, "t", 0, broker.batch("x".repeat(1_000)));
    assertEquals(ErrorCode.NONE, code(over));
    assertTrue(over.throttledMs() > 1_000 && over.throttledMs() < 5_000, "" + over.throttledMs());
    assertEquals(over.throttledMs(), over.get().throttleTimeMs());
    Answer<ProduceResponse> old = produce(0, 1, "t", 0, ByteBuffer.allocate(0));
    assertTrue(old.throttledMs() >= over.throttledMs());
    assertEquals(0, old.get().throttleTimeMs(), "version 0 has no place for it");
    assertTrue(produce(9, 0, "t", 0, broker.batch("b")).throttledMs() > 0);
    assertEquals(3, partition.log().logEndOffset());
  }

  @Test
  void tooLarge() {
    broker.configure("small", Map.of("max.message.bytes", "100"));
    broker.lead("small");
    assertEquals(
        ErrorCode.MESSAGE_TOO_LARGE,
        code(produce(9, 1, "small", 0, broker.batch("x".repeat(200)))));
  }

  @Test
  void idempotentProducerIsAnsweredTwiceAlike() {
    Partition partition = broker.lead("t");
    for (int i = 0; i < 2; i++) {
      PartitionProduceResponse answer = only(produce(9, -1, "t", 0, idempotent(0, "a", "b")).get());
      assertEquals(ErrorCode.NONE.code(), answer.errorCode());
      assertEquals(0, answer.baseOffset());
    }
    assertEquals(2, partition.log().logEndOffset());
    assertEquals(
        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, code(produce(9, -1, "t", 0, idempotent(7, "c"))));
  }

  /**
   * A leader stood still with the first batches, which the others had; the new one has taken many
   * more by the time that the producer gives up waiting for the old one.
   */
  @Test
  void aRetryOfLongAgoIsAnsweredAsADuplicateOnceItIsReplicated() {
    List<Integer> both = List.of(TestBroker.ID, TestBroker.OTHER);
    Partition partition = broker.lead("t", 0, 3, both);
    List<Answer<ProduceResponse>> first = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      first.add(produce(9, -1, "t", 0, idempotent(i, "v" + i)));
    }
    partition.followerFetched(TestBroker.OTHER, -1, 7, 0, 12);
    assertFalse(first.get(6).isOpen());
    assertTrue(first.get(7).isOpen());

    PartitionProduceResponse known = only(produce(9, -1, "t", 0, idempotent(0, "v0")).get());
    assertEquals(ErrorCode.DUPLICATE_SEQUENCE_NUMBER.code(), known.errorCode());
    assertEquals(-1, known.baseOffset());
    assertEquals(12, partition.log().logEndOffset());
    // Clients before 2.8 may have given the sequence to another record.
    assertEquals(
        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, code(produce(8, -1, "t", 0, idempotent(0, "v0"))));

    // So that there are batches that are neither replicated nor remembered.
    for (int i = 12; i < 15; i++) {
      produce(9, -1, "t", 0, idempotent(i, "v" + i));
    }
    Answer<ProduceResponse> again = produce(9, -1, "t", 0, idempotent(8, "v8"));
    assertTrue(again.isOpen());
    partition.followerFetched(TestBroker.OTHER, -1, 10, 0, 15);
    assertEquals(ErrorCode.DUPLICATE_SEQUENCE_NUMBER, code(again));

    Answer<ProduceResponse> lost = produce(9, -1, "t", 0, idempotent(10, "v10"));
    assertTrue(lost.isOpen());
    broker.tell("t", 0, TestBroker.OTHER, 4, both);
    assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER, code(lost));
  }

  @Test
  void aRetryOfLongAgoTimesOutUntilItIsReplicated() {
    broker.lead("t", 0, 3, List.of(TestBroker.ID, TestBroker.OTHER));
    for (int i = 0; i < 6; i++) {
      produce(9, -1, "t", 0, idempotent(i, "v" + i));
    }
    Answer<ProduceResponse> again = produce(9, -1, "t", 0, idempotent(0, "v0"));
    assertTrue(again.isOpen());
    broker.timer.advance(1000);
    assertEquals(ErrorCode.REQUEST_TIMED_OUT, code(again));
  }

  @Test
  void acksAllOnOneReplicaIsImmediate() {
    broker.lead("t");
    assertEquals(ErrorCode.NONE, code(produce(9, -1, "t", 0, broker.batch("a"))));
    assertEquals(0, broker.timer.waits());
  }

  @Test
  void acksAllWaitsForTheOthersUntilItsTime() {
    Partition partition = broker.lead("t", 0, 3, List.of(TestBroker.ID, TestBroker.OTHER));
    Answer<ProduceResponse> answer = produce(9, -1, "t", 0, broker.batch("a"));
    assertTrue(answer.isOpen());
    assertEquals(1, partition.log().logEndOffset());
    assertEquals(0, partition.log().highWatermark());
    broker.timer.advance(999);
    assertTrue(answer.isOpen());
    broker.timer.advance(1);
    assertEquals(ErrorCode.REQUEST_TIMED_OUT, code(answer));
  }

  @Test
  void acksAllFailsWhenTheLeadIsLost() {
    broker.lead("t", 0, 3, List.of(TestBroker.ID, TestBroker.OTHER));
    Answer<ProduceResponse> answer = produce(9, -1, "t", 0, broker.batch("a"));
    assertTrue(answer.isOpen());
    broker.tell("t", 0, TestBroker.OTHER, 4, List.of(TestBroker.ID, TestBroker.OTHER));
    assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER, code(answer));
    assertEquals(0, broker.timer.waits());
  }

  @Test
  void acksAllIsAcknowledgedOnceTheOthersAreOutOfSync() {
    broker.lead("t", 0, 3, List.of(TestBroker.ID, TestBroker.OTHER));
    Answer<ProduceResponse> first = produce(9, -1, "t", 0, broker.batch("a"));
    broker.lead("t", 0, 4, List.of(TestBroker.ID));
    Answer<ProduceResponse> second = produce(9, -1, "t", 0, broker.batch("b"));
    assertFalse(first.isOpen());
    assertEquals(ErrorCode.NONE, code(first));
    assertEquals(ErrorCode.NONE, code(second));
  }

  /** Between append and wait the lead may be lost, the record cut off, and the lead taken again. */
  @Test
  void aBrokenLeadAcknowledgesNothingOfBefore() {
    List<Integer> both = List.of(TestBroker.ID, TestBroker.OTHER);
    Partition partition = broker.lead("t", 0, 3, List.of(TestBroker.ID), both);
    int before = partition.ledSinceEpoch();
    long end = partition.append(broker.batch("a"), AppendOrigin.CLIENT, true).lastOffset() + 1;
    broker.lead("t", 0, 4, List.of(TestBroker.ID), both);
    assertFalse(partition.replicated(end, before).isCompletedExceptionally());
    broker.tell("t", 0, TestBroker.OTHER, 5, both);
    broker.lead("t", 0, 6, List.of(TestBroker.ID), both);
    assertTrue(partition.replicated(end, before).isCompletedExceptionally());
    assertFalse(partition.replicated(end, partition.ledSinceEpoch()).isCompletedExceptionally());
  }

  @Test
  void notEnoughReplicas() {
    broker.configure("r", Map.of("min.insync.replicas", "2"));
    Partition partition =
        broker.lead("r", 0, 3, List.of(TestBroker.ID), List.of(TestBroker.ID, TestBroker.OTHER));
    assertEquals(ErrorCode.NOT_ENOUGH_REPLICAS, code(produce(9, -1, "r", 0, broker.batch("a"))));
    assertEquals(0, partition.log().logEndOffset());
    assertEquals(ErrorCode.NONE, code(produce(9, 1, "r", 0, broker.batch("a"))));
  }

  private static ByteBuffer idempotent(int baseSequence, String... values) {
    RecordBatchBuilder builder = new RecordBatchBuilder().producer(4, (short) 0, baseSequence);
    for (String value : values) {
      builder.append(
          1_700_000_000_000L,
          null,
          ByteBuffer.wrap(value.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    return builder.build();
  }

  private ProduceRequest request(int acks, String topic, int partition, ByteBuffer records) {
    return new ProduceRequest()
        .acks((short) acks)
        .timeoutMs(1000)
        .topicData(
            List.of(
                new TopicProduceData()
                    .name(topic)
                    .topicId(broker.topicId(topic))
                    .partitionData(
                        List.of(
                            new PartitionProduceData()
                                .index(partition)
                                .records(new BufferRecords(records))))));
  }

  private Answer<ProduceResponse> produce(
      int version, int acks, String topic, int partition, ByteBuffer records) {
    return ask(version, request(acks, topic, partition, records));
  }

  private Answer<ProduceResponse> ask(int version, ProduceRequest request) {
    return Answer.to(handler, version, request, ProduceResponse::read);
  }

  private static PartitionProduceResponse only(ProduceResponse response) {
    return response.responses().getFirst().partitionResponses().getFirst();
  }

  private static ErrorCode code(Answer<ProduceResponse> answer) {
    return ErrorCode.forCode(only(answer.get()).errorCode());
  }
}
