package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.odradek.storage.Batches.of;
import static org.odradek.storage.Batches.readAll;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.protocol.ErrorCode;

/** A replica that is cut, or emptied, while it is still being read and forced. */
class ReadersAndTruncationTest {
  private static final int ROUNDS = 100;

  @TempDir Path folder;

  private static void append(PartitionLog log, int batches) {
    for (int i = 0; i < batches; i++) {
      log.appendAsLeader(of(1_000 + i, "value-" + i), 0, AppendOrigin.CLIENT);
    }
  }

  @Test
  void whatAReaderMeetsInATruncationIsNoStorageFault() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      append(log, 10);
      LogState state = log.state();
      LogSegment segment = state.segments.active();
      Path file = segment.log().path();
      byte[] bytes = Files.readAllBytes(file);

      state.truncationBegins();
      segment.closeFiles();
      Files.delete(file);
      for (ReadIsolation isolation : ReadIsolation.values()) {
        LogException refused =
            assertThrows(LogException.class, () -> log.read(3, 1, true, isolation));
        assertEquals(ErrorCode.NOT_LEADER_OR_FOLLOWER, refused.errorCode(), refused.getMessage());
      }
      assertThrows(LogException.class, () -> log.offsetForTimestamp(1_005));
      assertTrue(state.directory.online());

      Files.write(file, bytes);
      state.truncationEnds();
      assertEquals(10, readAll(log, 0, ReadIsolation.LOG_END).size());
    }
  }

  @Test
  void aFlushLeavesSegmentsAloneThatWereTakenOut() throws Exception {
    try (TestStore store = new TestStore(folder, Map.of("index.interval.bytes", "0"))) {
      PartitionLog log = store.log();
      append(log, 10);
      LogSegment old = log.state().segments.active();
      log.truncateFullyAndStartAt(0);
      append(log, 1);
      // As a flush does that listed its segments before.
      log.maintenance().sealIfNeeded(old);
      Path index = store.partitionFolder().resolve("00000000000000000000.index");
      assertTrue(Files.notExists(index) || Files.size(index) == 0, "entries of the old segment");
      assertEquals(List.of("0:value-0"), readAll(log, 0, ReadIsolation.LOG_END));
    }
  }

  @Test
  void readersAndFlushesBesideTruncationsTakeNothingOffline() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    ExecutorService background = Executors.newFixedThreadPool(2);
    Map<String, String> config = Map.of("segment.bytes", "400", "index.interval.bytes", "0");
    try (TestStore store = new TestStore(folder, config, background)) {
      PartitionLog log = store.log();
      AtomicBoolean done = new AtomicBoolean();
      List<Future<?>> beside = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        beside.add(pool.submit(() -> readOn(log, done)));
      }
      beside.add(
          pool.submit(() -> {
            while (!done.get()) {
              log.flush(log.logEndOffset()).join();
            }
          }));
      for (int i = 0; i < ROUNDS && log.state().directory.online(); i++) {
        append(log, 12);
        if (i % 3 == 0) {
          log.truncateFullyAndStartAt(0);
        } else {
          log.truncateTo(2 + i % 5);
        }
      }
      done.set(true);
      for (Future<?> each : beside) {
        each.get();
      }
      assertTrue(log.state().directory.online());
      assertEquals(log.logEndOffset(), readAll(log, 0, ReadIsolation.LOG_END).size());
    } finally {
      pool.shutdown();
      background.shutdown();
    }
  }

  private static void readOn(PartitionLog log, AtomicBoolean done) {
    Set<ErrorCode> expected =
        Set.of(ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.OFFSET_OUT_OF_RANGE);
    for (int i = 0; !done.get(); i++) {
      try {
        log.read(i % 12, 500, true, ReadIsolation.LOG_END).release();
        log.offsetForTimestamp(1_000 + i % 12);
      } catch (LogException e) {
        assertTrue(expected.contains(e.errorCode()), e.getMessage());
      }
    }
  }
}
