package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Index entries of a log that is appended to are in memory for a while, and files come late. */
class IndexesInMemoryTest {
  /** More than the interval between two entries, so that all but the first batch have one. */
  private static final int VALUE_BYTES = 5_000;

  private static final long SLOW_MS = 20_000;

  @TempDir Path folder;

  private static void append(TestStore store, PartitionLog log, int count) {
    for (int i = 0; i < count; i++) {
      store.nowMs.addAndGet(SLOW_MS); // so blocks are reserved in the smallest steps
      long timestampMs = 1_000 + log.logEndOffset();
      log.appendAsLeader(Batches.of(timestampMs, "v".repeat(VALUE_BYTES)), 0, AppendOrigin.CLIENT);
    }
  }

  private Path index() {
    return folder.resolve("orders-0/00000000000000000000.index");
  }

  private Path timeIndex() {
    return folder.resolve("orders-0/00000000000000000000.timeindex");
  }

  /** By offset and by time, which both go through the indexes. */
  private static void assertAllFound(PartitionLog log, int count) {
    assertEquals(count, log.logEndOffset());
    log.updateHighWatermark(count);
    for (int offset = 0; offset < count; offset++) {
      LogRead read = log.read(offset, 1, true, ReadIsolation.HIGH_WATERMARK);
      assertEquals(1, Batches.records(read.records().readFully(), offset).size(), "at " + offset);
      read.release();
      assertEquals(
          new TimestampedOffset(1_000 + offset, offset, 0), log.offsetForTimestamp(1_000 + offset));
    }
  }

  @Test
  void aLogThatGetsLittleMakesNoIndexFilesUntilItIsIdle() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      int batches = 3 * SegmentWriter.STEP_MIN_BYTES / VALUE_BYTES;
      append(store, log, batches);
      assertTrue(Files.size(log.path().resolve("00000000000000000000.log")) > log.sizeInBytes());
      assertFalse(Files.exists(index()));
      assertFalse(Files.exists(timeIndex()));
      assertAllFound(log, batches);

      store.directories().periodicWork().trimIdle();
      store.directories().periodicWork().trimIdle();
      assertEquals(8L * (batches - 1), Files.size(index()));
      assertEquals(12L * (batches - 1), Files.size(timeIndex()));
      assertEquals(0, log.state().segments.active().unspilledEntries());
      assertAllFound(log, batches);
    }
  }

  @Test
  void entriesInMemoryAreBounded() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      int inOneStep = 2 * (SegmentWriter.STEP_MIN_BYTES / VALUE_BYTES + 1);
      int most = 0;
      for (int i = 0; i < LogMaintenance.INDEX_ENTRIES_IN_MEMORY; i++) {
        append(store, log, 1);
        most = Math.max(most, log.state().segments.active().unspilledEntries());
      }
      assertTrue(most <= LogMaintenance.INDEX_ENTRIES_IN_MEMORY + inOneStep, most + " in memory");
      assertTrue(Files.size(index()) > 0);
      assertAllFound(log, LogMaintenance.INDEX_ENTRIES_IN_MEMORY);
    }
  }

  @Test
  void aCrashBeforeTheFilesWereMadeLosesNoRecordAndNoEntry() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      int batches = 3 * SegmentWriter.STEP_MIN_BYTES / VALUE_BYTES;
      append(store, store.log(), batches);
      store.log().flush(batches).join(); // the recovery point is at the end
      store.directories().periodicWork().checkpointRecoveryPoints();
      assertFalse(Files.exists(index()));
      PartitionLog log = store.crash();
      assertEquals(8L * (batches - 1), Files.size(index()));
      assertEquals(12L * (batches - 1), Files.size(timeIndex()));
      assertAllFound(log, batches);
      append(store, log, batches);
      assertAllFound(store.restart(), 2 * batches);
      assertEquals(8L * (2 * batches - 1), Files.size(index()));
    }
  }
}
