package org.odradek.broker.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.DeleteRecordsRequest;
import org.odradek.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import org.odradek.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import org.odradek.protocol.message.DeleteRecordsResponse;
import org.odradek.protocol.message.DeleteRecordsResponse.DeleteRecordsPartitionResult;
import org.odradek.protocol.message.DescribeLogDirsRequest;
import org.odradek.protocol.message.DescribeLogDirsRequest.DescribableLogDirTopic;
import org.odradek.protocol.message.DescribeLogDirsResponse;
import org.odradek.protocol.message.DescribeLogDirsResponse.DescribeLogDirsResult;
import org.odradek.protocol.message.DescribeProducersRequest;
import org.odradek.protocol.message.DescribeProducersRequest.TopicRequest;
import org.odradek.protocol.message.DescribeProducersResponse;
import org.odradek.protocol.message.DescribeProducersResponse.PartitionResponse;
import org.odradek.protocol.message.ListOffsetsRequest;
import org.odradek.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import org.odradek.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import org.odradek.protocol.message.ListOffsetsResponse;
import org.odradek.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderPartition;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest.OffsetForLeaderTopic;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse.EpochEndOffset;
import org.odradek.protocol.record.RecordBatchBuilder;
import org.odradek.storage.AppendOrigin;

/** ListOffsets, OffsetForLeaderEpoch, DeleteRecords, DescribeLogDirs and DescribeProducers. */
final class OffsetHandlersTest {
  private static final long T = 1_700_000_000_000L;

  private static final List<Integer> BOTH = List.of(TestBroker.ID, TestBroker.OTHER);

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
  void offsetsByTimeAndEnd() {
    Partition partition = broker.lead("t", 0, 3, List.of(TestBroker.ID));
    append(partition, T, T + 10);
    broker.lead("t", 0, 5, List.of(TestBroker.ID));
    append(partition, T + 30, T + 20);

    assertOffset(4, -1, 5, listOffsets(11, -1));
    assertOffset(0, -1, 3, listOffsets(11, -2));
    assertOffset(2, T + 30, 5, listOffsets(11, -3));
    assertOffset(0, -1, 3, listOffsets(11, -4));
    assertOffset(-1, -1, -1, listOffsets(11, -5));
    assertOffset(-1, -1, -1, listOffsets(11, -6));
    assertOffset(0, T, 3, listOffsets(11, 0));
    assertOffset(1, T + 10, 3, listOffsets(11, T + 1));
    assertOffset(2, T + 30, 5, listOffsets(11, T + 11));
    assertOffset(-1, -1, -1, listOffsets(11, T + 31));
  }

  @Test
  void offsetsInAllVersions() {
    append(broker.lead("t"), T);
    assertEquals(List.of(1L, 0L), listOffsets(0, -1, 5).oldStyleOffsets());
    assertEquals(List.of(1L), listOffsets(0, -1, 1).oldStyleOffsets());
    assertEquals(List.of(0L), listOffsets(0, -2, 1).oldStyleOffsets());
    for (int version = 1; version <= 11; version++) {
      assertOffset(1, -1, version >= 4 ? 3 : -1, listOffsets(version, -1));
      assertOffset(0, T, version >= 4 ? 3 : -1, listOffsets(version, T));
      assertEquals(
          version >= 7 ? ErrorCode.NONE.code() : ErrorCode.UNSUPPORTED_VERSION.code(),
          listOffsets(version, -3).errorCode());
    }
  }

  @Test
  void nothingAboveTheHighWatermarkIsFound() {
    Partition partition = broker.lead("t", 0, 3, List.of(TestBroker.ID, TestBroker.OTHER));
    append(partition, T);
    assertOffset(0, -1, 3, listOffsets(11, -1));
    assertOffset(-1, -1, -1, listOffsets(11, T));
  }

  /** KIP-207: what consumers saw of the leader before must not seem to be gone. */
  @Test
  void latestOffsetsWaitForTheWatermarkAfterAnElection() {
    Partition partition = broker.lead("t", 0, 3, BOTH);
    append(partition, 1_000);
    broker.lead("t", 0, 4, BOTH);
    assertEquals(ErrorCode.OFFSET_NOT_AVAILABLE.code(), listOffsets(5, -1).errorCode());
    assertEquals(ErrorCode.LEADER_NOT_AVAILABLE.code(), listOffsets(4, -1).errorCode());
    assertEquals(ErrorCode.OFFSET_NOT_AVAILABLE.code(), listOffsets(5, 1_000).errorCode());
    assertEquals(ErrorCode.NONE.code(), listOffsets(5, 2_000).errorCode());
    assertEquals(ErrorCode.NONE.code(), listOffsets(5, -2).errorCode());
    partition.followerFetched(TestBroker.OTHER, -1, 1, 0, 1);
    assertEquals(1, listOffsets(5, -1).offset());
  }

  @Test
  void deletedOnceAllReplicasHaveDeleted() {
    Partition partition = broker.lead("t", 0, 3, BOTH);
    append(partition, 1_000);
    append(partition, 2_000);
    partition.followerFetched(TestBroker.OTHER, -1, 2, 0, 2);
    Answer<DeleteRecordsResponse> answer = deleting("t", 1);
    assertEquals(1, partition.log().logStartOffset());
    assertTrue(answer.isOpen());
    partition.followerFetched(TestBroker.OTHER, -1, 2, 1, 2);
    assertEquals(1, only(answer).lowWatermark());
    assertEquals(ErrorCode.NONE.code(), only(answer).errorCode());
    assertEquals(0, broker.timer.waits());

    Answer<DeleteRecordsResponse> late = deleting("t", 2);
    broker.timer.advance(1_000);
    assertEquals(ErrorCode.REQUEST_TIMED_OUT.code(), only(late).errorCode());

    Answer<DeleteRecordsResponse> orphaned = deleting("t", 2);
    broker.tell("t", 0, TestBroker.OTHER, 4, BOTH);
    assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER.code(), only(orphaned).errorCode());
  }

  @Test
  void offsetRefusals() {
    broker.lead("t");
    ListOffsetsPartition fenced = new ListOffsetsPartition().timestamp(-1).currentLeaderEpoch(2);
    assertEquals(ErrorCode.FENCED_LEADER_EPOCH.code(), listOffsets(11, fenced).errorCode());
    assertEquals(
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(),
        listOffsets(11, new ListOffsetsPartition().partitionIndex(8).timestamp(-1)).errorCode());
    ListOffsetsPartition once = new ListOffsetsPartition().timestamp(-1);
    assertEquals(ErrorCode.INVALID_REQUEST.code(), listOffsets(11, once, once).errorCode());
  }

  @Test
  void endsOfLeaderEpochs() {
    Partition partition = broker.lead("t", 0, 3, List.of(TestBroker.ID));
    append(partition, T, T);
    broker.lead("t", 0, 5, List.of(TestBroker.ID));
    append(partition, T);
    for (int version = 0; version <= 4; version++) {
      assertEquals(2, epochEnd(version, 3, -1).endOffset());
      assertEquals(version >= 1 ? 3 : -1, epochEnd(version, 4, -1).leaderEpoch());
      assertEquals(2, epochEnd(version, 4, -1).endOffset());
      assertEquals(3, epochEnd(version, 5, -1).endOffset());
      assertEquals(-1, epochEnd(version, 6, -1).endOffset());
    }
    assertEquals(ErrorCode.FENCED_LEADER_EPOCH.code(), epochEnd(4, 5, 4).errorCode());
    assertEquals(ErrorCode.UNKNOWN_LEADER_EPOCH.code(), epochEnd(4, 5, 6).errorCode());
  }

  @Test
  void deletesRecords() {
    Partition partition = broker.lead("t");
    append(partition, T, T, T);
    append(partition, T);
    assertEquals(2, delete("t", 2).lowWatermark());
    assertEquals(2, delete("t", 1).lowWatermark());
    assertEquals(ErrorCode.OFFSET_OUT_OF_RANGE.code(), delete("t", 5).errorCode());
    assertEquals(ErrorCode.OFFSET_OUT_OF_RANGE.code(), delete("t", -2).errorCode());
    assertEquals(4, delete("t", -1).lowWatermark());
    assertEquals(4, partition.log().logStartOffset());
    assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(), delete("none", -1).errorCode());
    assertEquals(
        ErrorCode.INVALID_TOPIC_EXCEPTION.code(), delete("__consumer_offsets", -1).errorCode());
    broker.configure("c", Map.of("cleanup.policy", "compact"));
    broker.lead("c");
    assertEquals(ErrorCode.POLICY_VIOLATION.code(), delete("c", -1).errorCode());
  }

  @Test
  void describesLogDirectories() {
    append(broker.lead("t"), T);
    broker.lead("u");
    DescribeLogDirsHandler handler = new DescribeLogDirsHandler(broker.logs());
    for (int version = 0; version <= 5; version++) {
      DescribeLogDirsResult all =
          Answer.to(
                  handler,
                  version,
                  new DescribeLogDirsRequest().topics(null),
                  DescribeLogDirsResponse::read)
              .get()
              .results()
              .getFirst();
      assertEquals(directory.toAbsolutePath().toString(), all.logDir());
      assertEquals(List.of("t", "u"), all.topics().stream().map(t -> t.name()).toList());
      assertTrue(all.topics().getFirst().partitions().getFirst().partitionSize() > 0);
      assertEquals(version >= 4, all.totalBytes() > 0);
      DescribeLogDirsResult some =
          Answer.to(
                  handler,
                  version,
                  new DescribeLogDirsRequest()
                      .topics(
                          List.of(
                              new DescribableLogDirTopic().topic("u").partitions(List.of(0, 9)))),
                  DescribeLogDirsResponse::read)
              .get()
              .results()
              .getFirst();
      assertEquals(List.of("u"), some.topics().stream().map(t -> t.name()).toList());
    }
  }

  @Test
  void describesProducers() {
    Partition partition = broker.lead("t");
    partition.append(
        new RecordBatchBuilder()
            .producer(41, (short) 2, 0)
            .append(T, null, null)
            .append(T, null, null)
            .build(),
        AppendOrigin.CLIENT,
        false);
    DescribeProducersHandler handler =
        new DescribeProducersHandler(broker.partitions, broker.metadata);
    List<PartitionResponse> answers =
        Answer.to(
                handler,
                0,
                new DescribeProducersRequest()
                    .topics(List.of(new TopicRequest().name("t").partitionIndexes(List.of(0, 7)))),
                DescribeProducersResponse::read)
            .get()
            .topics()
            .getFirst()
            .partitions();
    assertEquals(41, answers.get(0).activeProducers().getFirst().producerId());
    assertEquals(2, answers.get(0).activeProducers().getFirst().producerEpoch());
    assertEquals(1, answers.get(0).activeProducers().getFirst().lastSequence());
    assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(), answers.get(1).errorCode());
  }

  private static void append(Partition partition, long... timestampsMs) {
    RecordBatchBuilder builder = new RecordBatchBuilder();
    for (long timestampMs : timestampsMs) {
      builder.append(timestampMs, null, ByteBuffer.allocate(3));
    }
    partition.append(builder.build(), AppendOrigin.CLIENT, false);
  }

  private static void assertOffset(
      long offset, long timestampMs, int leaderEpoch, ListOffsetsPartitionResponse answer) {
    assertEquals(ErrorCode.NONE.code(), answer.errorCode());
    assertEquals(offset, answer.offset());
    assertEquals(timestampMs, answer.timestamp());
    assertEquals(leaderEpoch, answer.leaderEpoch());
  }

  private ListOffsetsPartitionResponse listOffsets(int version, long timestampMs) {
    return listOffsets(version, new ListOffsetsPartition().timestamp(timestampMs));
  }

  private ListOffsetsPartitionResponse listOffsets(
      int version, long timestampMs, int maxNumOffsets) {
    return listOffsets(
        version, new ListOffsetsPartition().timestamp(timestampMs).maxNumOffsets(maxNumOffsets));
  }

  private ListOffsetsPartitionResponse listOffsets(int version, ListOffsetsPartition... asked) {
    return Answer.to(
            new ListOffsetsHandler(broker.partitions, broker.metadata),
            version,
            new ListOffsetsRequest()
                .replicaId(-1)
                .topics(List.of(new ListOffsetsTopic().name("t").partitions(List.of(asked)))),
            ListOffsetsResponse::read)
        .get()
        .topics()
        .getFirst()
        .partitions()
        .getFirst();
  }

  private EpochEndOffset epochEnd(int version, int leaderEpoch, int currentLeaderEpoch) {
    return Answer.to(
            new OffsetForLeaderEpochHandler(broker.partitions, broker.metadata),
            version,
            new OffsetForLeaderEpochRequest()
                .topics(
                    List.of(
                        new OffsetForLeaderTopic()
                            .topic("t")
                            .partitions(
                                List.of(
                                    new OffsetForLeaderPartition()
                                        .leaderEpoch(leaderEpoch)
                                        .currentLeaderEpoch(currentLeaderEpoch))))),
            OffsetForLeaderEpochResponse::read)
        .get()
        .topics()
        .getFirst()
        .partitions()
        .getFirst();
  }

  private DeleteRecordsPartitionResult delete(String topic, long offset) {
    return only(deleting(topic, offset));
  }

  private static DeleteRecordsPartitionResult only(Answer<DeleteRecordsResponse> answer) {
    return answer.get().topics().getFirst().partitions().getFirst();
  }

  private Answer<DeleteRecordsResponse> deleting(String topic, long offset) {
    return Answer.to(
        new DeleteRecordsHandler(broker.partitions, broker.metadata, broker.timer),
        2,
        new DeleteRecordsRequest()
            .timeoutMs(1_000)
            .topics(
                List.of(
                    new DeleteRecordsTopic()
                        .name(topic)
                        .partitions(List.of(new DeleteRecordsPartition().offset(offset))))),
        DeleteRecordsResponse::read);
  }
}
