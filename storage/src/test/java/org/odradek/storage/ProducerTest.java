package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.odradek.storage.Batches.idempotent;
import static org.odradek.storage.Batches.marker;
import static org.odradek.storage.Batches.transactional;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.record.RecordBatchDescriptor;

/** Sequences, duplicates and transactions, as producers meet them. */
class ProducerTest {
  @TempDir Path folder;

  private static AppendResult append(PartitionLog log, ByteBuffer batch) {
    return log.appendAsLeader(batch, 0, AppendOrigin.CLIENT);
  }

  private static void assertRefused(ErrorCode expected, PartitionLog log, ByteBuffer batch) {
    long end = log.logEndOffset();
    LogException refused = assertThrows(LogException.class, () -> append(log, batch));
    assertEquals(expected, refused.errorCode());
    assertEquals(end, log.logEndOffset());
  }

  @Test
  void theLastFiveBatchesAreRecognised() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      for (int i = 0; i < 7; i++) {
        append(log, idempotent(1, 0, 2 * i, "a" + i, "b" + i));
      }
      for (int i = 2; i < 7; i++) {
        AppendResult again = append(log, idempotent(1, 0, 2 * i, "a" + i, "b" + i));
        assertTrue(again.duplicate());
        assertEquals(2L * i, again.firstOffset());
        assertEquals(2L * i + 1, again.lastOffset());
        assertEquals(1_700_000_000_000L, again.duplicateTimestampMs());
      }
      assertEquals(14, log.logEndOffset());
    }
  }

  /** That a batch was appended is still known, only where is not. */
  private static void assertForgotten(PartitionLog log, long notAbove, ByteBuffer batch) {
    long end = log.logEndOffset();
    AppendResult again = append(log, batch);
    assertTrue(again.duplicate());
    assertTrue(again.forgottenDuplicate());
    assertEquals(-1, again.firstOffset());
    assertEquals(notAbove, again.lastOffset());
    assertEquals(-1, again.duplicateTimestampMs());
    assertEquals(end, log.logEndOffset());
  }

  @Test
  void olderBatchesAreKnownToHaveBeenAppended() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      for (int i = 0; i < 20; i++) {
        append(log, idempotent(1, 0, 2 * i, "a" + i, "b" + i));
        append(log, idempotent(2, 0, i, "other"));
      }
      // The last five of the producer begin at sequence 30, and offset 45.
      for (int i = 0; i < 15; i++) {
        assertForgotten(log, 44, idempotent(1, 0, 2 * i, "a" + i, "b" + i));
      }
      assertForgotten(log, 44, idempotent(1, 0, 1, "cut elsewhere", "by the client"));
      // What overlaps those remembered is compared with them, and what is yet to come is awaited.
      for (int first : new int[] {29, 31, 37, 39, 41, Integer.MAX_VALUE, 1 << 30}) {
        assertRefused(
            ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 0, first, "a", "b"));
      }
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 1, 2, "epoch"));
      append(log, idempotent(1, 1, 0, "epoch"));
      assertRefused(ErrorCode.INVALID_PRODUCER_EPOCH, log, idempotent(1, 0, 0, "a0", "b0"));
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 1, 2, "of epoch 0"));
    }
  }

  @Test
  void whatMayBeMissingIsNotTakenForADuplicate() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      append(log, idempotent(9, 0, 0, "other"));
      append(log, idempotent(1, 0, 0, "a"));
      store.nowMs.addAndGet(90_000_000);
      store.directories().periodicWork().retain();
      assertEquals(List.of(), log.producers());
      // Its batch 1 was refused for another reason, or is still on its way.
      for (int i = 2; i < 12; i++) {
        append(log, idempotent(1, 0, i, "v" + i));
      }
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 0, 1, "late"));
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 0, 0, "a"));
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 0, 1, "b", "c"));
      assertForgotten(log, 6, idempotent(1, 0, 2, "v2"));
    }
  }

  /** Compaction leaves gaps, and other brokers' logs may have them. */
  @Test
  void aGapThatIsReplicatedEndsWhatIsKnown() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      long offset = 0;
      for (int sequence : new int[] {0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14}) {
        ByteBuffer batch = idempotent(1, 0, sequence, "v" + sequence);
        RecordBatchDescriptor.baseOffset(batch, 0, offset++);
        log.appendAsFollower(batch);
      }
      assertForgotten(log, 8, idempotent(1, 0, 8, "v8"));
      assertForgotten(log, 8, idempotent(1, 0, 9, "v9"));
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 0, 7, "v7"));
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 0, 6, "v6"));
    }
  }

  @Test
  void olderBatchesAreKnownWhereSequencesWrapAround() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      append(store.log(), idempotent(9, 0, 0, "other"));
      PartitionLog log = store.restart();
      int start = Integer.MAX_VALUE - 5;
      for (int i = 0; i < 13; i++) {
        append(log, idempotent(1, 0, (start + i) & Integer.MAX_VALUE, "v" + i));
      }
      for (int i = 0; i < 8; i++) {
        assertForgotten(log, 8, idempotent(1, 0, (start + i) & Integer.MAX_VALUE, "v" + i));
      }
      for (int i : new int[] {-2, -1, 14, 15}) {
        assertRefused(
            ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
            log,
            idempotent(1, 0, (start + i) & Integer.MAX_VALUE, "x"));
      }
    }
  }

  @Test
  void aSnapshotIsCompletedFromWhatIsBeforeIt() throws Exception {
    try (TestStore store = new TestStore(folder, Map.of("segment.bytes", "600"))) {
      PartitionLog log = store.log();
      append(log, idempotent(3, 0, 0, "long ago"));
      for (int i = 0; i < 30; i++) {
        append(log, idempotent(1, 0, i, "v" + i));
        append(log, idempotent(2, 0, i, "v" + i));
      }
      for (int round = 0; round < 2; round++) {
        log = round == 0 ? store.restart() : store.crash();
        long again = append(log, idempotent(1, 0, 28, "v28")).firstOffset();
        assertEquals(1 + 2 * 28, again);
        assertEquals(0, append(log, idempotent(3, 0, 0, "long ago")).firstOffset());
        assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(2, 0, 31, "x"));
        assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(2, 0, 0, "v0"));
      }
      log.truncateTo(51);
      assertEquals(1 + 2 * 23, append(log, idempotent(1, 0, 23, "v23")).firstOffset());
      assertEquals(1 + 2 * 22, append(log, idempotent(1, 0, 22, "v22")).firstOffset());
      append(log, idempotent(1, 0, 25, "v25"));
      assertEquals(52, log.logEndOffset());
    }
  }

  @Test
  void duplicatesAreKnownAfterRestartAndCrash() throws Exception {
    try (TestStore store = new TestStore(folder, Map.of("segment.bytes", "300"))) {
      PartitionLog log = store.log();
      for (int i = 0; i < 10; i++) {
        append(log, idempotent(1, 0, i, "v" + i));
      }
      log = store.restart();
      assertTrue(append(log, idempotent(1, 0, 9, "v9")).duplicate());
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 0, 11, "x"));
      log = store.crash();
      assertTrue(append(log, idempotent(1, 0, 9, "v9")).duplicate());
      assertFalse(append(log, idempotent(1, 0, 10, "v10")).duplicate());
    }
  }

  @Test
  void anOldEpochIsFencedAndANewOneBeginsAtZero() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      append(log, idempotent(1, 3, 0, "a"));
      assertRefused(ErrorCode.INVALID_PRODUCER_EPOCH, log, idempotent(1, 2, 1, "b"));
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 4, 1, "b"));
      append(log, idempotent(1, 4, 0, "b"));
      assertRefused(ErrorCode.INVALID_PRODUCER_EPOCH, log, idempotent(1, 3, 1, "c"));
    }
  }

  @Test
  void aProducerBeginsWithZeroWhereNothingCanBeForgotten() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      // Its first batch was turned away: the second one must wait for it.
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 0, 2, "c"));
      append(log, idempotent(1, 0, 0, "a", "b"));
      append(log, idempotent(1, 0, 2, "c"));
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(2, 0, 1, "x"));
      assertEquals(3, log.logEndOffset());
    }
  }

  @Test
  void anUnknownProducerMayBeginAnywhereWhereItMayBeForgotten() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      append(log, idempotent(1, 0, 0, "a"));
      log = store.restart();
      append(log, idempotent(2, 0, 100, "a"));
      append(log, idempotent(2, 0, 101, "b"));
      assertEquals(3, log.logEndOffset());
    }
  }

  @Test
  void sequencesWrapAround() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      append(store.log(), idempotent(9, 0, 0, "other"));
      PartitionLog log = store.restart();
      append(log, idempotent(1, 0, Integer.MAX_VALUE - 1, "a", "b", "c"));
      assertRefused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, log, idempotent(1, 0, 0, "d"));
      append(log, idempotent(1, 0, 1, "d"));
      assertTrue(append(log, idempotent(1, 0, Integer.MAX_VALUE - 1, "a", "b", "c")).duplicate());
    }
  }

  @Test
  void oldProducersAreForgotten() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      append(log, idempotent(1, 0, 0, "a"));
      store.nowMs.addAndGet(90_000_000);
      store.directories().periodicWork().retain();
      assertEquals(List.of(), log.producers());
      append(log, idempotent(1, 0, 55, "b"));
    }
  }

  @Test
  void openTransactionsHoldTheLastStableOffset() throws Exception {
    try (TestStore store = new TestStore(folder, Map.of("segment.bytes", "400"))) {
      PartitionLog log = store.log();
      append(log, idempotent(9, 0, 0, "plain"));
      append(log, transactional(1, 0, 0, "t1"));
      append(log, transactional(2, 0, 0, "t2"));
      log.updateHighWatermark(3);
      assertEquals(1, log.lastStableOffset());

      log.appendAsLeader(marker(1, 0, true, 0), 0, AppendOrigin.COORDINATOR);
      assertEquals(1, log.lastStableOffset(), "the marker is not replicated");
      log.updateHighWatermark(4);
      assertEquals(2, log.lastStableOffset());

      log.appendAsLeader(marker(2, 0, false, 0), 0, AppendOrigin.COORDINATOR);
      log.updateHighWatermark(5);
      assertEquals(5, log.lastStableOffset());

      for (int round = 0; round < 3; round++) {
        LogRead read = log.read(0, 1 << 20, true, ReadIsolation.LAST_STABLE);
        assertEquals(List.of(new AbortedTransaction(2, 2, 4, 5)), aborted(log));
        read.release();
        log = round == 0 ? store.restart() : store.crash();
        log.updateHighWatermark(5);
        assertEquals(5, log.lastStableOffset());
      }
    }
  }

  private static List<AbortedTransaction> aborted(PartitionLog log) {
    LogRead read = log.read(2, 1 << 20, true, ReadIsolation.LAST_STABLE);
    read.release();
    return read.abortedTransactions();
  }

  @Test
  void anOpenTransactionSurvivesARestart() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      append(log, transactional(1, 0, 0, "t1"));
      append(log, idempotent(2, 0, 0, "plain"));
      log = store.restart();
      log.updateHighWatermark(2);
      assertEquals(0, log.lastStableOffset());
      log = store.crash();
      log.updateHighWatermark(2);
      assertEquals(0, log.lastStableOffset());
      assertRefused(ErrorCode.INVALID_TXN_STATE, log, idempotent(1, 0, 1, "not in it"));
      log.truncateTo(0);
      assertEquals(0, log.lastStableOffset());
      append(log, idempotent(1, 0, 0, "new"));
      log.updateHighWatermark(1);
      assertEquals(1, log.lastStableOffset());
    }
  }

  @Test
  void anOldCoordinatorIsFenced() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      append(log, transactional(1, 0, 0, "t1"));
      log.appendAsLeader(marker(1, 0, true, 5), 0, AppendOrigin.COORDINATOR);
      append(log, transactional(1, 0, 1, "t2"));
      LogException refused =
          assertThrows(
              LogException.class,
              () -> log.appendAsLeader(marker(1, 0, true, 4), 0, AppendOrigin.COORDINATOR));
      assertEquals(ErrorCode.TRANSACTION_COORDINATOR_FENCED, refused.errorCode());
    }
  }

  @Test
  void aBadSnapshotIsPassedOver() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      append(log, idempotent(1, 0, 0, "a"));
      store.directories().close();
      Path snapshot = store.partitionFolder().resolve("00000000000000000001.snapshot");
      byte[] content = Files.readAllBytes(snapshot);
      content[20] ^= 1;
      Files.write(snapshot, content);
      store.reopen();
      assertTrue(append(store.log(), idempotent(1, 0, 0, "a")).duplicate());
    }
  }

  @Test
  void anIndexThatIsBuiltAgainStillTellsOfAbortedTransactions() throws Exception {
    try (TestStore store = new TestStore(folder, Map.of("segment.bytes", "150"))) {
      PartitionLog log = store.log();
      append(log, idempotent(9, 0, 0, "plain"));
      append(log, idempotent(9, 0, 1, "plain"));
      append(log, transactional(2, 0, 0, "t2"));
      log.appendAsLeader(marker(2, 0, false, 0), 0, AppendOrigin.COORDINATOR);
      append(log, idempotent(9, 0, 2, "plain"));
      log.updateHighWatermark(5);
      List<AbortedTransaction> aborted = aborted(log);
      assertEquals(1, aborted.size());
      LogSegment segment = log.state().segments.all()[0];
      for (LogSegment each : log.state().segments.all()) {
        segment = each.baseOffset() <= 3 ? each : segment;
      }
      store.directories().close();
      Path transactions = segment.transactionIndex().file().path();
      byte[] content = Files.readAllBytes(transactions);

      Files.delete(segment.offsetIndex().file().path());
      store.reopen();
      assertEquals(aborted, aborted(store.log()));
      store.directories().close();
      assertArrayEquals(content, Files.readAllBytes(transactions));

      content[0] = 7;
      Files.write(transactions, content);
      store.reopen();
      assertEquals(aborted, aborted(store.log()));
      assertEquals(5, store.log().lastStableOffset());
    }
  }
}
