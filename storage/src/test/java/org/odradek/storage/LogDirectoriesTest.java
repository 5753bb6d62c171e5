package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.odradek.storage.Batches.of;
import static org.odradek.storage.Batches.readAll;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.storage.LogDirectory.Space;

class LogDirectoriesTest {
  @TempDir Path folder;

  @Test
  void writesTheFilesThatKafkaWrites() throws Exception {
    TestStore store = new TestStore(folder);
    PartitionLog log =
        store.directories().createLog(TestStore.PARTITION, new Uuid(1, 2), LogConfig.DEFAULTS);
    log.startLeaderEpoch(0);
    log.appendAsLeader(of(5, "a"), 0, AppendOrigin.CLIENT);
    log.updateHighWatermark(1);
    store.directories().writeMeta(1, "cluster-x");
    store.close();

    assertEquals("0\n1\norders 0 1\n", read("recovery-point-offset-checkpoint"));
    assertEquals("0\n1\norders 0 1\n", read("replication-offset-checkpoint"));
    assertEquals("0\n0\n", read("log-start-offset-checkpoint"));
    assertEquals("", read(".kafka_cleanshutdown"));
    List<String> meta = read("meta.properties").lines().filter(l -> !l.startsWith("#")).toList();
    assertEquals(List.of("cluster.id=cluster-x", "version=0", "broker.id=1"), meta);
    assertEquals("0\n1\n0 0\n", read("orders-0/leader-epoch-checkpoint"));
    assertEquals("version: 0\ntopic_id: " + new Uuid(1, 2), read("orders-0/partition.metadata"));
    assertEquals(of(5, "a").remaining(), Files.size(file("00000000000000000000.log")));
    assertEquals(0, Files.size(file("00000000000000000000.index")));
    assertEquals(12, Files.size(file("00000000000000000000.timeindex")));
    assertEquals(10, Files.size(file("00000000000000000001.snapshot")));
    assertFalse(Files.exists(file("00000000000000000000.txnindex")));
  }

  private String read(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private Path file(String name) {
    return folder.resolve("orders-0").resolve(name);
  }

  @Test
  void anotherBrokersDirectoryIsRefused() throws Exception {
    Files.writeString(folder.resolve("meta.properties"), "version=0\nbroker.id=7\n");
    IOException refused = assertThrows(IOException.class, () -> new TestStore(folder));
    assertTrue(refused.toString().contains("broker.id is 1"), refused.getMessage());
    assertTrue(refused.toString().contains("says 7"), refused.getMessage());
  }

  @Test
  void aDirectoryInUseIsRefused() throws Exception {
    try (TestStore first = new TestStore(folder)) {
      assertNotNull(first.log());
      LogDirectoryLockedException refused =
          assertThrows(LogDirectoryLockedException.class, () -> new TestStore(folder));
      assertTrue(refused.toString().contains(".lock"), refused.getMessage());
    }
    new TestStore(folder).close();
  }

  @Test
  void deletedPartitionsGoAfterTheDelay() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      log.appendAsLeader(of(5, "a"), 0, AppendOrigin.CLIENT);
      log.updateHighWatermark(1);
      LogRead read = log.read(0, 100, true, ReadIsolation.LOG_END);
      store.directories().deleteLog(TestStore.PARTITION);

      assertNull(store.directories().log(TestStore.PARTITION));
      assertEquals(1, folders("-delete").size());
      assertThrows(LogException.class, () -> log.read(0, 1, true, ReadIsolation.LOG_END));
      PartitionLog again = store.log();
      assertEquals(0, again.logEndOffset());

      store.scheduler.runAll();
      assertEquals(0, folders("-delete").size());
      assertEquals(List.of("0:a"), Batches.records(read.records().readFully(), 0));
      read.release();
    }
  }

  @Test
  void aHalfDeletedPartitionIsDeletedAtTheNextStart() throws Exception {
    TestStore store = new TestStore(folder);
    assertNotNull(store.log());
    store.directories().deleteLog(TestStore.PARTITION);
    store.die();
    try (TestStore again = new TestStore(folder)) {
      assertNull(again.directories().log(TestStore.PARTITION));
      again.scheduler.runAll();
      assertEquals(0, folders("-delete").size());
    }
  }

  private List<Path> folders(String suffix) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(p -> p.getFileName().toString().endsWith(suffix)).toList();
    }
  }

  @Test
  void theFirstFaultTakesTheDirectoryOffline() throws Exception {
    TestStore store = new TestStore(folder);
    PartitionLog log = store.log();
    log.appendAsLeader(of(5, "a"), 0, AppendOrigin.CLIENT);
    List<LogDirectoryStatus> told = new ArrayList<>();
    store.directories().onDirectoryOffline(told::add);
    // The segment's file is gone behind our back: the force fails.
    log.state().segments.active().closeFiles();
    Files.delete(file("00000000000000000000.log"));
    ExecutionException failed = assertThrows(ExecutionException.class, () -> log.flush(1).get());
    assertEquals(
        ErrorCode.KAFKA_STORAGE_ERROR,
        assertInstanceOf(LogException.class, failed.getCause()).errorCode());
    assertEquals(0, log.recoveryPoint(), "the recovery point waits for a force that succeeds");
    assertEquals(1, told.size());
    assertFalse(told.get(0).online());
    LogException refused =
        assertThrows(
            LogException.class, () -> log.appendAsLeader(of(5, "b"), 0, AppendOrigin.CLIENT));
    assertEquals(ErrorCode.KAFKA_STORAGE_ERROR, refused.errorCode());
    assertNull(store.directories().log(TestStore.PARTITION));
    store.close();
    assertFalse(Files.exists(folder.resolve(".kafka_cleanshutdown")));
  }

  @Test
  void anInterruptedReaderDoesNoHarm() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      log.appendAsLeader(of(5, "a"), 0, AppendOrigin.CLIENT);
      Thread.currentThread().interrupt();
      LogRead read = log.read(0, 100, true, ReadIsolation.LOG_END);
      assertThrows(Exception.class, () -> read.records().readFully());
      assertTrue(Thread.interrupted());
      read.release();
      assertTrue(log.state().directory.online());
      assertEquals(List.of("0:a"), readAll(log, 0, ReadIsolation.LOG_END));
    }
  }

  @Test
  void aFullDiskRefusesAppendsAndNothingElse() throws Exception {
    try (TestStore store = new TestStore(folder, Map.of("segment.bytes", "200"))) {
      PartitionLog log = store.log();
      for (int i = 0; i < 5; i++) {
        log.appendAsLeader(of(5, "v" + i), 0, AppendOrigin.CLIENT);
      }
      log.updateHighWatermark(5);
      LogDirectory directory = log.state().directory;
      directory.space(Space.FULL);
      LogException refused =
          assertThrows(
              LogException.class, () -> log.appendAsLeader(of(5, "b"), 0, AppendOrigin.CLIENT));
      assertEquals(ErrorCode.KAFKA_STORAGE_ERROR, refused.errorCode());
      assertTrue(refused.toString().contains("full"), refused.getMessage());
      assertEquals(5, readAll(log, 0, ReadIsolation.HIGH_WATERMARK).size());
      log.deleteRecordsBefore(3);
      assertEquals(3, log.logStartOffset());
      assertTrue(directory.online());
      PartitionLog fresh =
          store.directories().createLog(new TopicPartition("new", 0), null, LogConfig.DEFAULTS);
      assertEquals(0, fresh.logEndOffset());

      store.directories().periodicWork().checkSpace();
      log.appendAsLeader(of(5, "b"), 0, AppendOrigin.CLIENT);
      assertEquals(6, log.logEndOffset());
    }
  }

  @Test
  void partitionsAreSpreadOverDirectories() throws Exception {
    StorageSettings defaults =
        StorageSettings.defaults(List.of(folder.resolve("a"), folder.resolve("b")));
    try (var directories =
        LogDirectories.open(
            defaults, new StorageRuntime(() -> 0, new ManualScheduler(), Runnable::run))) {
      for (int i = 0; i < 6; i++) {
        directories.createLog(new TopicPartition("t", i), null, LogConfig.DEFAULTS);
      }
      long inA = directories.logs().stream().filter(l -> l.directory().endsWith("a")).count();
      assertEquals(3, inA);
      assertEquals(2, directories.statuses().size());
      assertTrue(directories.statuses().get(0).usableBytes() > 0);
    }
  }
}
