package org.odradek.broker.logdirs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.partition.Answer;
import org.odradek.broker.partition.DescribeLogDirsHandler;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.TestBroker;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.AlterReplicaLogDirsRequest;
import org.odradek.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDir;
import org.odradek.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic;
import org.odradek.protocol.message.AlterReplicaLogDirsResponse;
import org.odradek.protocol.message.DescribeLogDirsRequest;
import org.odradek.protocol.message.DescribeLogDirsResponse;
import org.odradek.protocol.message.DescribeLogDirsResponse.DescribeLogDirsPartition;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.LogRead;
import org.odradek.storage.PartitionLog;
import org.odradek.storage.ReadIsolation;

class LogDirMovesTest {
  @TempDir Path one;
  @TempDir Path two;
  private final Deque<Runnable> steps = new ArrayDeque<>();
  private TestBroker broker;
  private LogDirMoves moves;
  private long bytesPerSecond = Long.MAX_VALUE;

  @BeforeEach
  void start() {
    broker = new TestBroker(one, two);
    moves = newMoves(1);
    broker.partitions.addListener(moves);
  }

  private LogDirMoves newMoves(int atOnce) {
    return new LogDirMoves(
        broker.partitions,
        steps::add,
        broker.timer,
        () -> bytesPerSecond,
        broker.timer::nowMs,
        atOnce);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private ErrorCode ask(String topic, int partition, String path) {
    AlterReplicaLogDirsResponse response =
        Answer.to(
                new AlterReplicaLogDirsHandler(moves),
                2,
                new AlterReplicaLogDirsRequest()
                    .dirs(
                        List.of(
                            new AlterReplicaLogDir()
                                .path(path)
                                .topics(
                                    List.of(
                                        new AlterReplicaLogDirTopic()
                                            .name(topic)
                                            .partitions(List.of(partition)))))),
                AlterReplicaLogDirsResponse::read)
            .get();
    return ErrorCode.forCode(response.results().getFirst().partitions().getFirst().errorCode());
  }

  private Path other(Partition partition) {
    return partition.log().directory().equals(one) ? two : one;
  }

  private void append(Partition partition, String... values) {
    for (String value : values) {
      partition.append(broker.batch(value), AppendOrigin.CLIENT, false);
    }
  }

  private static List<String> values(Partition partition) {
    LogRead read = partition.log().read(0, 1 << 20, true, ReadIsolation.HIGH_WATERMARK);
    ByteBuffer bytes = read.records().readFully();
    read.release();
    return TestBroker.values(bytes);
  }

  private void runAll() {
    while (!steps.isEmpty()) {
      steps.remove().run();
    }
  }

  private List<DescribeLogDirsPartition> described(Path directory) {
    DescribeLogDirsResponse response =
        Answer.to(
                new DescribeLogDirsHandler(broker.logs()),
                4,
                new DescribeLogDirsRequest().topics(null),
                DescribeLogDirsResponse::read)
            .get();
    return response.results().stream()
        .filter(result -> result.logDir().equals(directory.toString()))
        .flatMap(result -> result.topics().stream())
        .flatMap(topic -> topic.partitions().stream())
        .toList();
  }

  @Test
  void aLeaderMovesWhileItIsWrittenTo() {
    Partition partition = broker.lead("t");
    append(partition, "a", "b");
    PartitionLog before = partition.log();
    Path to = other(partition);
    assertEquals(ErrorCode.NONE, ask("t", 0, to.toString()));
    append(partition, "c");

    DescribeLogDirsPartition copy = described(to).getFirst();
    assertTrue(copy.isFutureKey());
    assertEquals(3, copy.offsetLag());
    steps.remove().run();
    append(partition, "d");
    runAll();

    assertEquals(to, partition.log().directory());
    append(partition, "e");
    assertEquals(List.of("a", "b", "c", "d", "e"), values(partition));
    assertEquals(4, before.logEndOffset(), "nothing goes to the old log any more");
    assertFalse(described(to).getFirst().isFutureKey());
    assertEquals(List.of(), described(before.directory()));
  }

  @Test
  void theRateIsKept() {
    Partition partition = broker.lead("t");
    for (int i = 0; i < 100; i++) {
      append(partition, "x".repeat(1_000));
    }
    bytesPerSecond = 20_000; // 100 records of a little more than 1,000 bytes take five seconds
    assertEquals(ErrorCode.NONE, ask("t", 0, other(partition).toString()));
    long startedMs = broker.timer.nowMs();
    while (broker.logs().moveOf(partition.topicPartition()) != null) {
      runAll();
      broker.timer.advance(10);
    }
    long tookMs = broker.timer.nowMs() - startedMs;
    assertTrue(tookMs >= 5_000 && tookMs < 6_500, "it took " + tookMs + " ms");
  }

  @Test
  void asManyAsAllowedAreUnderWayAndTheOthersFollow() {
    Partition first = broker.lead("t", 0, 3, List.of(TestBroker.ID));
    Partition second = broker.lead("t", 1, 3, List.of(TestBroker.ID));
    append(first, "a");
    append(second, "b");
    assertEquals(ErrorCode.NONE, ask("t", 0, other(first).toString()));
    assertEquals(ErrorCode.NONE, ask("t", 1, other(second).toString()));
    assertEquals(1, steps.size());
    runAll();
    assertNull(broker.logs().moveOf(first.topicPartition()));
    assertNull(broker.logs().moveOf(second.topicPartition()));
  }

  @Test
  void aMoveGoesOnOnceThePartitionHasItsRole() {
    Partition partition = broker.lead("t");
    append(partition, "a");
    Path to = other(partition);
    assertEquals(ErrorCode.NONE, ask("t", 0, to.toString()));
    broker.close();
    steps.clear();
    start();
    runAll();
    assertNotNull(broker.logs().moveOf(new TopicPartition("t", 0)), "nobody knows the role yet");
    Partition again = broker.lead("t", 0, 4, List.of(TestBroker.ID));
    runAll();
    assertEquals(to, again.log().directory());
    assertEquals(List.of("a"), values(again));
  }

  @Test
  void aDeletedPartitionEndsItsMove() {
    Partition partition = broker.lead("t");
    append(partition, "a");
    assertEquals(ErrorCode.NONE, ask("t", 0, other(partition).toString()));
    broker.logs().deleteLog(partition.topicPartition());
    runAll();
    assertEquals(0, broker.timer.waits());
    assertEquals(List.of(), described(one));
    assertEquals(List.of(), described(two));
  }

  @Test
  void aReplicaThatIsNotHereYetWillBeMadeWhereItWasAskedFor() {
    for (Path wanted : List.of(two, one)) {
      String topic = "in" + wanted.getFileName();
      assertEquals(ErrorCode.REPLICA_NOT_AVAILABLE, ask(topic, 0, wanted.toString()));
      assertEquals(wanted, broker.lead(topic).log().directory());
    }
  }

  @Test
  void directoriesThatAreNoneAreRefused() {
    broker.lead("t");
    assertEquals(ErrorCode.LOG_DIR_NOT_FOUND, ask("t", 0, "/nowhere"));
    assertEquals(ErrorCode.LOG_DIR_NOT_FOUND, ask("none", 0, "/nowhere"));
  }

  @Test
  void askingForTheDirectoryItIsInIsDoneAtOnce() {
    Partition partition = broker.lead("t");
    assertEquals(ErrorCode.NONE, ask("t", 0, partition.log().directory().toString()));
    assertNull(broker.logs().moveOf(partition.topicPartition()));
  }
}
