package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.odradek.storage.Batches.of;
import static org.odradek.storage.Batches.readAll;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.storage.file.FileKind;

/**
 * What a crash leaves behind, at any point: the log comes back as a prefix of what was appended,
 * and has everything that was forced.
 */
class CrashTest {
  private static final int BATCHES = 3;

  @TempDir Path folder;

  /** A stopped log of a few batches. */
  private Path written(Path at, String segmentBytes) throws IOException {
    TestStore store = new TestStore(at, Map.of("segment.bytes", segmentBytes));
    PartitionLog log = store.log();
    for (int i = 0; i < BATCHES; i++) {
      log.appendAsLeader(of(1000 + i, "value-" + i), i / 2, AppendOrigin.CLIENT);
    }
    store.die();
    return at;
  }

  private static List<String> whole() {
    return Stream.iterate(0, i -> i < BATCHES, i -> i + 1).map(i -> i + ":value-" + i).toList();
  }

  private static List<String> recovered(Path at) throws IOException {
    TestStore store = new TestStore(at);
    List<String> all = readAll(store.log(), 0, ReadIsolation.LOG_END);
    store.die();
    return all;
  }

  private static List<String> recoveredAndUsed(Path at) throws IOException {
    try (TestStore store = new TestStore(at)) {
      PartitionLog log = store.log();
      List<String> all = readAll(log, 0, ReadIsolation.LOG_END);
      assertEquals(all.size(), log.logEndOffset());
      // It goes on, and what it adds is there after a clean stop.
      log.appendAsLeader(of(5000, "more"), 9, AppendOrigin.CLIENT);
      List<String> more = readAll(store.restart(), 0, ReadIsolation.LOG_END);
      assertEquals(all, more.subList(0, all.size()));
      assertEquals(all.size() + ":more", more.get(all.size()));
      return all;
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static Path segment(Path store) {
    return store.resolve("orders-0/00000000000000000000.log");
  }

  private static int logicalSize() {
    return BATCHES * of(1000, "value-0").remaining();
  }

  /** Their epochs have to come back with them: by these a leader tells where logs part. */
  @Test
  void deletedRecordsThatComeBackHaveTheirEpochs() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      PartitionLog log = store.log();
      for (int epoch : new int[] {1, 1, 4, 6, 6}) {
        log.appendAsLeader(of(1000, "of epoch " + epoch), epoch, AppendOrigin.CLIENT);
      }
      log.updateHighWatermark(5);
      log.deleteRecordsBefore(4);
      log.flush(5).join(); // the epochs are written with it, the log start is not
      log = store.crash();
      assertEquals(0, log.logStartOffset());
      assertEquals(new EpochEndOffset(1, 2), log.epochEndOffset(1));
      assertEquals(new EpochEndOffset(1, 2), log.epochEndOffset(3));
      assertEquals(new EpochEndOffset(4, 3), log.epochEndOffset(5));
      assertEquals(new EpochEndOffset(6, 5), log.epochEndOffset(6));
    }
  }

  @Test
  void everyLengthOfTheSegmentGivesAPrefix() throws Exception {
    Path original = written(folder.resolve("original"), "100000");
    byte[] bytes = Arrays.copyOf(Files.readAllBytes(segment(original)), logicalSize());
    int batch = logicalSize() / BATCHES;
    for (int length = 0; length <= bytes.length; length++) {
      Path at = folder.resolve("cut" + length);
      copy(original, at);
      Files.write(segment(at), Arrays.copyOf(bytes, length));
      List<String> left = length % 23 == 0 ? recoveredAndUsed(at) : recovered(at);
      assertEquals(whole().subList(0, length / batch), left, "cut to " + length);
    }
  }

  @Test
  void aFlippedBitAtAnyByteGivesAPrefix() throws Exception {
    Path original = written(folder.resolve("original"), "100000");
    byte[] bytes = Arrays.copyOf(Files.readAllBytes(segment(original)), logicalSize());
    int batch = logicalSize() / BATCHES;
    SplittableRandom random = new SplittableRandom(7);
    for (int at = 0; at < bytes.length; at++) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Path store = folder.resolve("flip" + at);
      copy(original, store);
      Files.write(segment(store), flipped);
      List<String> left = recovered(store);
      assertTrue(left.size() <= whole().size(), "flipped at " + at);
      // The epoch and a higher base offset are not covered by the checksum.
      int touched = at / batch;
      assertEquals(
          whole().subList(0, touched),
          left.subList(0, Math.min(touched, left.size())),
          "flipped at " + at);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void nothingForcedIsLostWhenPagesNeverReachTheDisk(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    Path live = folder.resolve("live");
    TestStore store = new TestStore(live, Map.of("segment.bytes", "2000"));
    PartitionLog log = store.log();
    long forced = 0;
    Path image = folder.resolve("image");
    for (int i = 0; i < 60; i++) {
      log.appendAsLeader(of(1000 + i, "value-" + i), 0, AppendOrigin.CLIENT);
      if (random.nextInt(10) == 0) {
        log.flush(i + 1).get();
        forced = log.recoveryPoint();
        store.directories().periodicWork().checkpointRecoveryPoints();
      }
    }
    store.die();
    copy(live, image);
    loseUnforced(image, forced, random);
    try (TestStore back = new TestStore(image, Map.of("segment.bytes", "2000"))) {
      List<String> left = readAll(back.log(), 0, ReadIsolation.LOG_END);
      assertTrue(left.size() >= forced, "forced " + forced + ", left " + left.size());
      for (int i = 0; i < left.size(); i++) {
        assertEquals(i + ":value-" + i, left.get(i));
      }
    }
  }

  /** Of everything after the forced offset, 64-byte pieces are zero, garbled, or there. */
  private static void loseUnforced(Path store, long forced, SplittableRandom random)
      throws IOException {
    try (Stream<Path> files = Files.list(store.resolve("orders-0"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        long base = FileKind.LOG.offsetOf(file.getFileName().toString());
        if (base < 0) {
          continue;
        }
        byte[] bytes = Files.readAllBytes(file);
        int keep = forcedBytes(bytes, base, forced);
        for (int at = keep; at < bytes.length; at += 64) {
          int end = Math.min(bytes.length, at + 64);
          switch (random.nextInt(4)) {
            case 0 -> Arrays.fill(bytes, at, end, (byte) 0);
            case 1 -> {
              for (int i = at; i < end; i++) {
                bytes[i] = (byte) random.nextInt();
              }
            }
            default -> {}
          }
        }
        Files.write(file, bytes);
      }
    }
  }

  private static int forcedBytes(byte[] bytes, long base, long forced) {
    var buffer = ByteBuffer.wrap(bytes);
    int at = 0;
    while (at + 61 <= bytes.length
        && buffer.getInt(at + 8) > 0
        && buffer.getLong(at) < forced
        && buffer.getLong(at) >= base) {
      at += 12 + buffer.getInt(at + 8);
    }
    return at;
  }

  /**
   * A flush that ran while the segment rolled forced it, and moved the recovery point to the base
   * of the next one; but it was not cut to its size yet.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void zerosBehindAForcedSegmentAreCut(int segmentsBelow) throws Exception {
    Map<String, String> config = Map.of("segment.bytes", "300", "index.interval.bytes", "0");
    TestStore store = new TestStore(folder, config);
    PartitionLog log = store.log();
    int count = 0;
    while (log.state().segments.count() < 5) {
      log.appendAsLeader(of(1000 + count, "value-" + count), 0, AppendOrigin.CLIENT);
      count++;
    }
    LogSegment[] segments = log.state().segments.all();
    assertEquals(segments[4].baseOffset(), log.recoveryPoint());
    store.directories().periodicWork().checkpointRecoveryPoints();
    store.die();
    Path file = segments[4 - segmentsBelow].log().path();
    Files.write(file, new byte[4096], StandardOpenOption.APPEND);

    try (TestStore back = new TestStore(folder, config)) {
      List<String> left = readAll(back.log(), 0, ReadIsolation.LOG_END);
      assertEquals(count, left.size());
      assertEquals(Files.size(file), segments[4 - segmentsBelow].size());
      assertEquals(
          count,
          Objects.requireNonNull(
                      Objects.requireNonNull(back.log().offsetForTimestamp(1000 + count - 1)))
                  .offset()
              + 1);
    }
  }

  /** Nothing was written of the indexes of the segment before the recovery point. */
  @Test
  void indexesOfTheLastForcedSegmentAreBuiltAgain() throws Exception {
    Map<String, String> config = Map.of("segment.bytes", "300", "index.interval.bytes", "0");
    TestStore store = new TestStore(folder, config);
    PartitionLog log = store.log();
    for (int i = 0; log.state().segments.count() < 2; i++) {
      log.appendAsLeader(of(1000 + i, "value-" + i), 0, AppendOrigin.CLIENT);
    }
    LogSegment first = log.state().segments.first();
    long last = log.state().segments.active().baseOffset() - 1;
    assertEquals(last + 1, log.recoveryPoint());
    store.directories().periodicWork().checkpointRecoveryPoints();
    store.die();
    // As far as it was spilled when the process died.
    try (FileChannel index =
        FileChannel.open(first.timeIndex().file().path(), StandardOpenOption.WRITE)) {
      index.truncate(12);
    }
    try (TestStore back = new TestStore(folder, config)) {
      assertEquals(1000 + last, back.log().state().segments.first().maxTimestampMs());
    }
  }

  /** Cutting files is slow, and each of many logs would be cut before any can be written to. */
  @Test
  void blankBlocksAreKeptForTheNextAppendAndGivenBackByAnIdleLog() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      store.log().appendAsLeader(of(1000, "before"), 0, AppendOrigin.CLIENT);
      Path file = store.log().state().segments.active().log().path();
      PartitionLog log = store.crash();
      assertEquals(SegmentWriter.STEP_MIN_BYTES, Files.size(file));
      log.appendAsLeader(of(1001, "after"), 0, AppendOrigin.CLIENT);
      assertEquals(SegmentWriter.STEP_MIN_BYTES, Files.size(file));
      log = store.crash();
      assertEquals(List.of("0:before", "1:after"), readAll(log, 0, ReadIsolation.LOG_END));
      store.directories().periodicWork().trimIdle();
      assertEquals(log.state().segments.active().size(), Files.size(file));
    }
  }

  @Test
  void whatIsBehindBlankBlocksIsCut() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      store.log().appendAsLeader(of(1000, "before"), 0, AppendOrigin.CLIENT);
      LogSegment active = store.log().state().segments.active();
      Path file = active.log().path();
      store.die();
      // As a later page that reached the disk before an earlier one.
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(new byte[] {1}), 50_003);
      }
      store.reopen();
      assertEquals(active.size(), Files.size(file));
      assertEquals(List.of("0:before"), readAll(store.log(), 0, ReadIsolation.LOG_END));
    }
  }
}
