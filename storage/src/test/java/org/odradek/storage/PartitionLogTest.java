package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.odradek.storage.Batches.of;
import static org.odradek.storage.Batches.readAll;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.record.RecordBatch;

class PartitionLogTest {
  @TempDir Path folder;

  @Test
  void appendsAndReads() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      AppendResult first = log.appendAsLeader(of(10, "a", "b"), 3, AppendOrigin.CLIENT);
      AppendResult second = log.appendAsLeader(of(20, "c"), 3, AppendOrigin.CLIENT);

      assertEquals(0, first.firstOffset());
      assertEquals(1, first.lastOffset());
      assertEquals(2, second.firstOffset());
      assertEquals(3, log.logEndOffset());
      assertEquals(List.of("0:a", "1:b", "2:c"), readAll(log, 0, ReadIsolation.LOG_END));
      assertEquals(List.of(), readAll(log, 0, ReadIsolation.HIGH_WATERMARK));

      assertTrue(log.updateHighWatermark(2));
      assertEquals(List.of("0:a", "1:b"), readAll(log, 0, ReadIsolation.HIGH_WATERMARK));
      assertFalse(log.updateHighWatermark(1));
      assertEquals(3, log.latestLeaderEpoch().getAsInt());
    }
  }

  @Test
  void setsOffsetAndEpochAndNothingElse() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      ByteBuffer sent = of(10, "a");
      ByteBuffer before = ByteBuffer.allocate(sent.remaining()).put(sent.duplicate()).flip();
      log.appendAsLeader(of(10, "x", "y"), 0, AppendOrigin.CLIENT);
      log.appendAsLeader(sent, 7, AppendOrigin.CLIENT);

      assertEquals(0, sent.position());
      assertEquals(before.limit(), sent.limit());
      LogRead read = log.read(2, 1 << 20, true, ReadIsolation.LOG_END);
      ByteBuffer bytes = read.records().readFully();
      read.release();
      RecordBatch batch = RecordBatch.at(bytes, 0);
      batch.ensureValid();
      assertEquals(2, batch.baseOffset());
      assertEquals(7, batch.partitionLeaderEpoch());
      assertEquals(before.slice(16, before.limit() - 16), bytes.slice(16, bytes.limit() - 16));
    }
  }

  @Test
  void readsFromTheMiddleOfABatch() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      log.appendAsLeader(of(10, "a", "b", "c"), 0, AppendOrigin.CLIENT);
      LogRead read = log.read(1, 1 << 20, true, ReadIsolation.LOG_END);
      assertEquals(List.of("0:a", "1:b", "2:c"), Batches.records(read.records().readFully(), 0));
      assertEquals(new LogPosition(1, 0, 0), read.start());
      read.release();
    }
  }

  @Test
  void theFirstBatchComesWholeWhenAskedFor() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      ByteBuffer batch = of(10, "a");
      log.appendAsLeader(batch, 0, AppendOrigin.CLIENT);
      log.appendAsLeader(of(10, "b"), 0, AppendOrigin.CLIENT);

      LogRead whole = log.read(0, 1, true, ReadIsolation.LOG_END);
      assertEquals(batch.remaining(), whole.records().sizeInBytes());
      assertFalse(whole.firstBatchIncomplete());
      whole.release();

      LogRead cut = log.read(0, 1, false, ReadIsolation.LOG_END);
      assertTrue(cut.firstBatchIncomplete());
      assertEquals(1, cut.records().sizeInBytes());
      cut.release();
    }
  }

  @Test
  void refusesOffsetsOutOfRange() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      log.appendAsLeader(of(10, "a"), 0, AppendOrigin.CLIENT);
      for (long offset : new long[] {-1, 2, Long.MAX_VALUE}) {
        LogException refused =
            assertThrows(
                LogException.class, () -> log.read(offset, 10, true, ReadIsolation.LOG_END));
        assertEquals(ErrorCode.OFFSET_OUT_OF_RANGE, refused.errorCode());
      }
      assertTrue(log.read(1, 10, true, ReadIsolation.LOG_END).records().isEmpty());
    }
  }

  @Test
  void rollsBySizeAndReadsAcrossSegments() throws Exception {
    try (TestStore store = new TestStore(folder, Map.of("segment.bytes", "200"))) {
      PartitionLog log = store.log();
      for (int i = 0; i < 20; i++) {
        log.appendAsLeader(of(i, "value-" + i), 0, AppendOrigin.CLIENT);
      }
      List<String> all = readAll(log, 0, ReadIsolation.LOG_END);
      assertEquals(20, all.size());
      assertEquals("19:value-19", all.get(19));
      assertTrue(log.state().segments.count() > 5);

      assertEquals(all, readAll(store.restart(), 0, ReadIsolation.LOG_END));
      assertEquals(all, readAll(store.crash(), 0, ReadIsolation.LOG_END));
    }
  }

  @Test
  void survivesACrash() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      log.startLeaderEpoch(4);
      log.appendAsLeader(of(10, "a", "b"), 4, AppendOrigin.CLIENT);
      log.appendAsLeader(of(20, "c"), 5, AppendOrigin.CLIENT);

      PartitionLog recovered = store.crash();
      assertEquals(List.of("0:a", "1:b", "2:c"), readAll(recovered, 0, ReadIsolation.LOG_END));
      assertEquals(new EpochEndOffset(4, 2), recovered.epochEndOffset(4));
      assertEquals(new EpochEndOffset(5, 3), recovered.epochEndOffset(5));
      recovered.appendAsLeader(of(30, "d"), 5, AppendOrigin.CLIENT);
      assertEquals(4, recovered.logEndOffset());
    }
  }

  @Test
  void findsOffsetsByTime() throws Exception {
    try (TestStore store =
        new TestStore(folder, Map.of("segment.bytes", "1000", "index.interval.bytes", "0"))) {
      PartitionLog log = store.log();
      for (int i = 0; i < 50; i++) {
        log.appendAsLeader(of(100 + i * 10L, "v" + i), 2, AppendOrigin.CLIENT);
      }
      for (int round = 0; round < 2; round++) {
        assertEquals(new TimestampedOffset(100, 0, 2), log.offsetForTimestamp(0));
        assertEquals(new TimestampedOffset(250, 15, 2), log.offsetForTimestamp(241));
        assertEquals(new TimestampedOffset(590, 49, 2), log.offsetForTimestamp(590));
        assertNull(log.offsetForTimestamp(591));
        assertEquals(new TimestampedOffset(590, 49, 2), log.maxTimestampOffset());
        log = store.restart();
      }
    }
  }

  @Test
  void truncates() throws Exception {
    try (TestStore store =
        new TestStore(folder, Map.of("segment.bytes", "300", "index.interval.bytes", "0"))) {
      PartitionLog log = store.log();
      for (int i = 0; i < 20; i++) {
        log.appendAsLeader(of(i, "v" + i), i / 5, AppendOrigin.CLIENT);
      }
      log.updateHighWatermark(20);
      assertEquals(7, log.truncateTo(7));
      assertEquals(7, log.highWatermark());
      assertEquals(7, readAll(log, 0, ReadIsolation.LOG_END).size());
      assertEquals(1, log.latestLeaderEpoch().getAsInt());
      log.appendAsLeader(of(99, "new"), 9, AppendOrigin.CLIENT);
      List<String> all = readAll(log, 0, ReadIsolation.LOG_END);
      assertEquals("7:new", all.get(7));
      assertEquals(all, readAll(store.crash(), 0, ReadIsolation.LOG_END));

      PartitionLog again = store.log();
      again.truncateFullyAndStartAt(100);
      assertEquals(100, again.logStartOffset());
      assertEquals(100, again.logEndOffset());
      again.appendAsLeader(of(99, "x"), 9, AppendOrigin.CLIENT);
      assertEquals(List.of("100:x"), readAll(store.restart(), 100, ReadIsolation.LOG_END));
    }
  }

  @Test
  void followsALeader() throws Exception {
    try (TestStore leader = new TestStore(folder.resolve("a"));
        TestStore follower = new TestStore(folder.resolve("b"))) {
      PartitionLog from = leader.log();
      PartitionLog to = follower.log();
      from.appendAsLeader(of(10, "a", "b"), 1, AppendOrigin.CLIENT);
      from.appendAsLeader(of(20, "c"), 2, AppendOrigin.CLIENT);
      LogRead read = from.read(0, 1 << 20, true, ReadIsolation.LOG_END);
      ByteBuffer bytes = read.records().readFully();
      read.release();

      ByteBuffer cutOff = bytes.duplicate().limit(bytes.limit() - 1);
      AppendResult first = to.appendAsFollower(cutOff);
      assertNotNull(first);
      assertEquals(2, to.logEndOffset());
      assertThrows(LogException.class, () -> to.appendAsFollower(bytes));
      LogRead rest = from.read(2, 1 << 20, true, ReadIsolation.LOG_END);
      to.appendAsFollower(rest.records().readFully());
      rest.release();
      assertEquals(readAll(from, 0, ReadIsolation.LOG_END), readAll(to, 0, ReadIsolation.LOG_END));
      assertEquals(from.epochEndOffset(1), to.epochEndOffset(1));
      assertNull(to.appendAsFollower(ByteBuffer.allocate(0)));
    }
  }

  @Test
  void deletesRecordsOnRequest() throws Exception {
    try (TestStore store = new TestStore(folder, Map.of("segment.bytes", "200"))) {
      PartitionLog log = store.log();
      for (int i = 0; i < 10; i++) {
        log.appendAsLeader(of(i, "v" + i), 0, AppendOrigin.CLIENT);
      }
      assertThrows(LogException.class, () -> log.deleteRecordsBefore(5));
      log.updateHighWatermark(8);
      log.deleteRecordsBefore(5);
      assertEquals(5, log.logStartOffset());
      assertEquals("5:v5", readAll(log, 5, ReadIsolation.LOG_END).get(0));
      store.scheduler.runAll();
      assertEquals(5, store.restart().logStartOffset());
      assertEquals(8, store.log().highWatermark());
    }
  }

  @Test
  void retainsByTimeAndSize() throws Exception {
    Map<String, String> config =
        Map.of("segment.bytes", "200", "retention.ms", "1000", "retention.bytes", "-1");
    try (TestStore store = new TestStore(folder, config)) {
      PartitionLog log = store.log();
      long now = store.nowMs.get();
      for (int i = 0; i < 10; i++) {
        log.appendAsLeader(of(now + i, "v" + i), 0, AppendOrigin.CLIENT);
      }
      store.nowMs.addAndGet(5_000);
      store.directories().periodicWork().retain();
      assertEquals(0, log.logStartOffset(), "nothing is below the high watermark");

      log.updateHighWatermark(10);
      store.directories().periodicWork().retain();
      assertEquals(10, log.logStartOffset());
      assertEquals(10, log.logEndOffset());
      assertEquals(0, log.sizeInBytes());

      log.reconfigure(LogConfig.of(Map.of("segment.bytes", "200", "retention.bytes", "300")));
      for (int i = 0; i < 10; i++) {
        log.appendAsLeader(of(store.nowMs.get(), "v" + i), 0, AppendOrigin.CLIENT);
      }
      log.updateHighWatermark(20);
      store.directories().periodicWork().retain();
      assertTrue(log.sizeInBytes() >= 300 && log.sizeInBytes() < 600, "" + log.sizeInBytes());
    }
  }
}
