package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which reads need not wait for a disk, and are told to. */
class CachedReadsTest {
  private static final int BATCHES = 40;

  @TempDir Path folder;

  @BeforeEach
  void onlyWhereTheSystemCanTell() {
    assumeTrue(System.getProperty("os.name", "").startsWith("Linux"));
  }

  /** A log that was written by an earlier run, with some entries in its index. */
  private static PartitionLog oldLog(TestStore store) throws Exception {
    for (int i = 0; i < BATCHES; i++) {
      store.log().appendAsLeader(Batches.of(i, "v".repeat(1_000)), 0, AppendOrigin.CLIENT);
    }
    PartitionLog log = store.restart();
    log.updateHighWatermark(BATCHES);
    assertFalse(log.likelyResident(30));
    return log;
  }

  @Test
  void theFirstReadMayWaitAndOpensTheFiles() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = oldLog(store);
      assertFalse(log.isCached(30, 1_000), "nothing is open");
      log.read(30, 1_000, true, ReadIsolation.HIGH_WATERMARK).release();
      assertTrue(log.isCached(30, 1_000));
      assertTrue(log.isCached(0, Integer.MAX_VALUE), "up to the end");
      assertFalse(log.isCached(-1, 1_000), "before the log");
    }
  }

  @Test
  void theBytesAreThoseOfTheFile() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = oldLog(store);
      LogRead read = log.read(30, 5_000, true, ReadIsolation.HIGH_WATERMARK);
      ByteBuffer cached = ByteBuffer.allocateDirect(read.records().sizeInBytes() - 100);
      assertEquals(cached.capacity(), read.records().readCached(100, cached));
      ByteBuffer all = read.records().readFully();
      assertEquals(all.slice(100, all.limit() - 100), cached.flip());
      read.release();
    }
  }

  @Test
  void whatIsDeletedIsReadToItsEnd() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = oldLog(store);
      LogRead read = log.read(30, 5_000, true, ReadIsolation.HIGH_WATERMARK);
      ByteBuffer all = read.records().readFully();
      ByteBuffer cached = ByteBuffer.allocateDirect(all.limit());
      assertTrue(read.records().isCached());
      store.directories().deleteLog(TestStore.PARTITION);
      assertEquals(all.limit(), read.records().readCached(0, cached));
      assertEquals(all, cached.flip());
      read.release();
    }
  }
}
