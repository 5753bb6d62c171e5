package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.odradek.storage.Batches.of;
import static org.odradek.storage.Batches.readAll;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.storage.LogRetention.Expired;

/** An append that comes between the decision what is too old, or too much, and its removal. */
class RetentionBesideAppendsTest {
  private static final String WHY = "they are expired in a test";

  @TempDir Path folder;

  private static TestStore store(Path folder, String segmentBytes) throws Exception {
    return new TestStore(
        folder,
        Map.of("segment.bytes", segmentBytes, "retention.ms", "1000", "retention.bytes", "0"));
  }

  private static void append(TestStore store, PartitionLog log, String value) {
    AppendResult result = log.appendAsLeader(of(store.nowMs.get(), value), 0, AppendOrigin.CLIENT);
    log.updateHighWatermark(result.lastOffset() + 1);
  }

  @Test
  void theSegmentThatGotANewRecordStays() throws Exception {
    try (TestStore store = store(folder, "100000")) {
      PartitionLog log = store.log();
      append(store, log, "old");
      store.nowMs.addAndGet(5_000);
      for (Expired decided :
          List.of(
              LogRetention.breachingTime(log.state(), store.nowMs.get()),
              LogRetention.breachingSize(log.state()))) {
        assertEquals(1, decided.count());
        append(store, log, "new");
        log.maintenance().removeFirst(decided, WHY);
      }
      assertEquals(
          List.of("0:old", "1:new", "2:new"), readAll(log, 0, ReadIsolation.HIGH_WATERMARK));
    }
  }

  @Test
  void soDoesTheOneThatRolledMeanwhile() throws Exception {
    try (TestStore store = store(folder, "200")) {
      PartitionLog log = store.log();
      for (int i = 0; i < 4; i++) {
        append(store, log, "old" + i);
      }
      store.nowMs.addAndGet(5_000);
      Expired decided = LogRetention.breachingTime(log.state(), store.nowMs.get());
      assertEquals(log.state().segments.count(), decided.count());
      long activeBase = log.state().segments.active().baseOffset();
      append(store, log, "new");
      append(store, log, "newer");
      append(store, log, "newest");
      log.maintenance().removeFirst(decided, WHY);
      assertEquals(activeBase, log.logStartOffset());
      List<String> left = readAll(log, activeBase, ReadIsolation.HIGH_WATERMARK);
      assertEquals(
          List.of("4:new", "5:newer", "6:newest"), left.subList(left.size() - 3, left.size()));
    }
  }

  @Test
  void withoutAnAppendAllGo() throws Exception {
    try (TestStore store = store(folder, "200")) {
      PartitionLog log = store.log();
      for (int i = 0; i < 4; i++) {
        append(store, log, "old" + i);
      }
      store.nowMs.addAndGet(5_000);
      log.maintenance()
          .removeFirst(LogRetention.breachingTime(log.state(), store.nowMs.get()), WHY);
      assertEquals(4, log.logStartOffset());
      assertEquals(0, log.sizeInBytes());
    }
  }
}
