package org.odradek.storage;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.record.Record;
import org.odradek.protocol.record.RecordBatch;

/** Readers beside a writer, rolls, idle sweeps and deletions: they see whole batches, or no log. */
class ReadersAndDeletionTest {
  private static final int APPENDS = 6_000;

  @TempDir Path folder;

  @Test
  void readersSeeWholeBatches() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(5);
    ExecutorService background = Executors.newFixedThreadPool(2);
    try (TestStore store = new TestStore(folder, Map.of("segment.bytes", "150000"), background)) {
      PartitionLog log = store.log();
      AtomicBoolean done = new AtomicBoolean();
      AtomicLong recordsRead = new AtomicLong();
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(pool.submit(() -> readOn(log, done, recordsRead)));
      }
      Future<?> sweeper =
          pool.submit(() -> {
            while (!done.get()) {
              store.directories().periodicWork().trimIdle();
              log.deleteRecordsBefore(Math.max(0, log.highWatermark() - 2_000));
              store.scheduler.runAll();
            }
          });
      for (int i = 0; i < APPENDS; i++) {
        AppendResult result =
            log.appendAsLeader(
                Batches.of(i, "value-" + i, "x".repeat(i % 700)), 0, AppendOrigin.CLIENT);
        log.updateHighWatermark(result.lastOffset() + 1);
      }
      done.set(true);
      for (Future<?> reader : readers) {
        reader.get();
      }
      sweeper.get();
      assertTrue(recordsRead.get() > 0);
      assertEquals(2L * APPENDS, log.logEndOffset());
    } finally {
      pool.shutdown();
      background.shutdown();
    }
    assertTrue(background.awaitTermination(30, TimeUnit.SECONDS));
  }

  private static void readOn(PartitionLog log, AtomicBoolean done, AtomicLong recordsRead) {
    long next = 0;
    while (!done.get()) {
      try {
        LogRead read = log.read(next, 20_000, true, ReadIsolation.HIGH_WATERMARK);
        ByteBuffer bytes = read.records().readFully();
        read.release();
        for (RecordBatch batch : RecordBatch.wholeIn(bytes)) {
          batch.ensureValid();
          assertTrue(batch.nextOffset() <= log.highWatermark());
          for (Record record : batch.records(1 << 20)) {
            if (record.offset() % 2 == 0) {
              assertEquals(
                  "value-" + record.offset() / 2, Batches.text(requireNonNull(record.value())));
            }
            recordsRead.incrementAndGet();
          }
          next = batch.nextOffset();
        }
      } catch (LogException e) {
        assertEquals(ErrorCode.OFFSET_OUT_OF_RANGE, e.errorCode(), e.getMessage());
        next = log.logStartOffset();
      }
    }
  }
}
