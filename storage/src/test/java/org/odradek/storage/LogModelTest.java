package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.record.RecordBatchBuilder;

/**
 * Random operations on a log and on a list of records that does the same. The seed is the name of
 * the test; more of them with {@code -Dmodel.seeds=N}.
 */
class LogModelTest {
  private static final int STEPS = 400;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void smallSegments(long seed) throws Exception {
    for (long more = 0; more < Integer.getInteger("model.seeds", 1); more++) {
      long used = seed + 1000 * more;
      new Run(used, Map.of("segment.bytes", "700", "index.interval.bytes", "100"), 60).go();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void windowsThatGrow(long seed) throws Exception {
    new Run(seed, Map.of("segment.bytes", "3000000"), 30_000).go();
  }

  /** What the model knows of a record. */
  private record Entry(long offset, String value, long timestampMs, int epoch) {}

  private final class Run {
    private final SplittableRandom random;
    private final long seed;
    private final Map<String, String> config;
    private final int valueMax;
    private final TreeMap<Long, Entry> model = new TreeMap<>();
    private final Map<Long, Integer> nextSequence = new HashMap<>();
    private long logStart;
    private long logEnd;
    private long highWatermark;
    private int epoch;
    private int step;
    private long timestamp = 1_000_000;

    Run(long seed, Map<String, String> config, int valueMax) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.config = config;
      this.valueMax = valueMax;
    }

    void go() throws Exception {
      ExecutorService pool = Executors.newFixedThreadPool(2);
      try (TestStore store =
          new TestStore(folder.resolve("s" + seed), config, seed % 2 == 0 ? pool : Runnable::run)) {
        PartitionLog log = store.log();
        for (step = 0; step < STEPS; step++) {
          log = oneStep(store, log);
          check(log);
        }
        readEverything(log);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", step " + step + ": " + e.getMessage(), e);
      } finally {
        pool.shutdown();
      }
    }

    private PartitionLog oneStep(TestStore store, PartitionLog log) throws Exception {
      int dice = random.nextInt(100);
      if (dice < 45) {
        append(log);
      } else if (dice < 55) {
        highWatermark = Math.max(highWatermark, between(logStart, logEnd));
        log.updateHighWatermark(highWatermark);
      } else if (dice < 75) {
        readSomewhere(log);
      } else if (dice < 79) {
        searchByTime(log);
      } else if (dice < 82) {
        truncate(log, between(Math.max(0, logStart - 2), logEnd));
      } else if (dice < 85) {
        deleteRecords(log);
      } else if (dice < 87) {
        epoch++;
        log.startLeaderEpoch(epoch);
      } else if (dice < 90) {
        log.flush(logEnd).get();
        assertTrue(log.recoveryPoint() >= logEnd, "recovery point after a flush");
      } else if (dice < 93) {
        store.directories().periodicWork().trimIdle();
        store.directories().periodicWork().trimIdle();
      } else if (dice < 95) {
        sendAgain(log);
      } else if (dice < 97) {
        store.scheduler.runAll();
        store.directories().periodicWork().checkpointHighWatermarks();
      } else {
        return comeBack(store, dice == 97);
      }
      return log;
    }

    private PartitionLog comeBack(TestStore store, boolean cleanly) throws Exception {
      PartitionLog log = cleanly ? store.restart() : store.crash();
      if (cleanly) {
        assertEquals(logStart, log.logStartOffset());
        assertEquals(highWatermark, log.highWatermark());
      } else {
        // Checkpoints may be older: deleted records may come back, the high watermark be lower.
        assertTrue(log.logStartOffset() <= logStart, "log start");
        assertTrue(log.highWatermark() <= highWatermark, "high watermark");
        log.updateHighWatermark(highWatermark);
        resetSequences(log);
        log.deleteRecordsBefore(logStart);
      }
      return log;
    }

    private long between(long from, long to) {
      return from + random.nextLong(to - from + 1);
    }

    private String value() {
      int length = random.nextInt(10) == 0 ? random.nextInt(valueMax) : random.nextInt(20);
      return "v" + step + "-" + "x".repeat(length);
    }

    private void append(PartitionLog log) {
      long producerId = random.nextInt(3) - 1;
      int count = 1 + random.nextInt(4);
      RecordBatchBuilder builder = new RecordBatchBuilder();
      int sequence = nextSequence.getOrDefault(producerId, 0);
      if (producerId >= 0) {
        builder.producer(producerId, (short) 0, sequence);
      }
      List<Entry> added = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        timestamp += random.nextInt(5) - 1;
        Entry entry = new Entry(logEnd + i, value(), timestamp, epoch);
        builder.append(entry.timestampMs, null, Batches.bytes(entry.value));
        added.add(entry);
      }
      ByteBuffer batch = builder.build();
      if (batch.remaining() > log.config().segmentBytes()) {
        LogException refused =
            assertThrows(
                LogException.class, () -> log.appendAsLeader(batch, epoch, AppendOrigin.CLIENT));
        assertEquals(ErrorCode.RECORD_LIST_TOO_LARGE, refused.errorCode());
        return;
      }
      AppendResult result = log.appendAsLeader(batch, epoch, AppendOrigin.CLIENT);
      assertEquals(logEnd, result.firstOffset());
      added.forEach(entry -> model.put(entry.offset, entry));
      logEnd += count;
      assertEquals(logEnd - 1, result.lastOffset());
      nextSequence.put(producerId, sequence + count);
    }

    /** A gap in the sequence is refused; whatever is in the log does not change. */
    private void sendAgain(PartitionLog log) {
      Integer sequence = nextSequence.get(1L);
      if (sequence == null || log.producers().stream().noneMatch(p -> p.producerId() == 1)) {
        return;
      }
      LogException refused =
          assertThrows(
              LogException.class,
              () ->
                  log.appendAsLeader(
                      Batches.idempotent(1, 0, sequence + 1, "gap"), epoch, AppendOrigin.CLIENT));
      assertEquals(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, refused.errorCode());
    }

    private void truncate(PartitionLog log, long offset) {
      long end = log.truncateTo(offset);
      if (offset < logStart) {
        assertEquals(offset, end);
        model.clear();
        logStart = offset;
        logEnd = offset;
      } else {
        assertTrue(end <= offset && end >= offset - 4, "truncated to " + end + " for " + offset);
        model.tailMap(end, true).clear();
        logEnd = Math.min(logEnd, end);
        logStart = Math.min(logStart, logEnd);
      }
      highWatermark = Math.max(logStart, Math.min(highWatermark, logEnd));
      resetSequences(log);
    }

    private void resetSequences(PartitionLog log) {
      nextSequence.clear();
      for (ProducerStatus producer : log.producers()) {
        nextSequence.put(producer.producerId(), producer.lastSequence() + 1);
      }
    }

    private void deleteRecords(PartitionLog log) {
      long offset = between(logStart, highWatermark);
      log.deleteRecordsBefore(offset);
      logStart = Math.max(logStart, offset);
      model.headMap(logStart, false).clear();
    }

    private void check(PartitionLog log) {
      assertEquals(logStart, log.logStartOffset(), "log start");
      assertEquals(logEnd, log.logEndOffset(), "log end");
      assertEquals(highWatermark, log.highWatermark(), "high watermark");
    }

    private void readSomewhere(PartitionLog log) {
      long from = between(logStart, logEnd);
      ReadIsolation isolation = ReadIsolation.values()[random.nextInt(3)];
      long bound = isolation == ReadIsolation.LOG_END ? logEnd : highWatermark;
      LogRead read = log.read(from, 1 + random.nextInt(2000), random.nextBoolean(), isolation);
      List<String> got = Batches.records(read.records().readFully(), from);
      read.release();
      List<String> expected = expected(from, bound);
      assertTrue(
          got.size() <= expected.size() && got.equals(expected.subList(0, got.size())),
          () -> "read from " + from + " got " + got + ", expected a prefix of " + expected);
      if (read.records().isEmpty() && !read.firstBatchIncomplete()) {
        assertTrue(expected.isEmpty() || from >= bound || wouldCut(bound), "nothing from " + from);
      }
    }

    /** Whether a bound inside a batch hides the whole batch. */
    private boolean wouldCut(long bound) {
      return bound < logEnd;
    }

    private List<String> expected(long from, long to) {
      List<String> values = new ArrayList<>();
      model
          .subMap(from, Math.max(from, to))
          .values()
          .forEach(e -> values.add(e.offset + ":" + e.value));
      return values;
    }

    private void searchByTime(PartitionLog log) {
      long wanted = timestamp - random.nextInt(300) + 2;
      Entry found = null;
      for (Entry entry : model.values()) {
        if (entry.timestampMs >= wanted) {
          found = entry;
          break;
        }
      }
      TimestampedOffset got = log.offsetForTimestamp(wanted);
      if (found == null) {
        assertNull(got);
      } else {
        assertNotNull(got, "nothing found for " + wanted);
        assertEquals(new TimestampedOffset(found.timestampMs, found.offset, found.epoch), got);
      }
    }

    private void readEverything(PartitionLog log) {
      List<String> all = Batches.readAll(log, logStart, ReadIsolation.LOG_END);
      assertEquals(expected(logStart, logEnd), all);
      assertEquals(Collections.emptyList(), Batches.readAll(log, logEnd, ReadIsolation.LOG_END));
    }
  }
}
