package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.odradek.storage.Batches.of;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;

class LogMoveTest {
  private static final TopicPartition PARTITION = TestStore.PARTITION;
  private static final int SOME = 200;
  private static final int ALL = 1 << 20;

  @TempDir Path one;
  @TempDir Path two;
  private TestStore store;

  @BeforeEach
  void open() throws IOException {
    store = new TestStore(List.of(one, two), Map.of("segment.bytes", "2000"), Runnable::run);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Path other(PartitionLog log) {
    return log.directory().equals(one) ? two : one;
  }

  private LogMove begin() {
    PartitionLog log = store.log();
    return Objects.requireNonNull(
        store.directories().move(PARTITION, other(log).toString()), "there is something to copy");
  }

  private static void copyAll(LogMove move) {
    while (move.copy(ALL) > 0) {
      // on to the end
    }
  }

  private boolean finish(LogMove move) {
    return store.directories().finish(move, swap -> swap.getAsBoolean());
  }

  private static void append(PartitionLog log, int epoch, String value) {
    log.appendAsLeader(of(5, value), epoch, AppendOrigin.CLIENT);
  }

  private static List<String> content(PartitionLog log) {
    return Batches.readAll(log, log.logStartOffset(), ReadIsolation.LOG_END);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isDirectory)
          .map(path -> path.getFileName().toString().replaceAll("[0-9a-f]{32}", "ID"))
          .sorted()
          .toList();
    }
  }

  @Test
  void theCopyTakesThePlaceOfTheLog() throws Exception {
    PartitionLog log = store.log();
    Path from = log.directory();
    Path to = other(log);
    log.assignTopicId(new Uuid(3, 4));
    log.startLeaderEpoch(3);
    for (int i = 0; i < 100; i++) {
      append(log, 3, "value " + i);
    }
    log.startLeaderEpoch(4); // has no record yet
    log.updateHighWatermark(90);
    LogMove move = begin();
    assertEquals(List.of("orders-0.ID-future"), names(to));
    assertEquals(100, move.lag());
    copyAll(move);
    assertEquals(0, move.lag());
    List<String> before = content(log);
    assertTrue(finish(move));

    PartitionLog moved = Objects.requireNonNull(store.directories().log(PARTITION));
    assertEquals(to, moved.directory());
    assertEquals(to.resolve("orders-0"), moved.path());
    assertEquals(before, content(moved));
    assertEquals(90, moved.highWatermark());
    assertEquals(4, moved.latestLeaderEpoch().orElse(-1));
    assertEquals(new Uuid(3, 4), moved.topicId());
    assertNull(store.directories().moveOf(PARTITION));
    assertEquals(List.of("orders-0.ID-delete"), names(from));
    assertEquals(before, content(log), "who still reads the old log goes on");
    store.scheduler.runAll();
    assertEquals(List.of(), names(from));
    append(moved, 4, "more");
    PartitionLog again = store.restart();
    assertEquals(to, again.directory());
    assertEquals(101, again.logEndOffset());
    assertEquals(90, again.highWatermark());
  }

  @Test
  void aMoveGoesOnAfterAStop() throws Exception {
    PartitionLog log = store.log();
    for (int i = 0; i < 50; i++) {
      append(log, 0, "value " + i);
    }
    LogMove move = begin();
    assertTrue(move.copy(SOME) > 0);
    long copied = move.to().logEndOffset();
    store.restart();
    LogMove resumed = Objects.requireNonNull(store.directories().moveOf(PARTITION));
    assertEquals(copied, resumed.to().logEndOffset());
    store.crash();
    resumed = Objects.requireNonNull(store.directories().moveOf(PARTITION));
    assertEquals(copied, resumed.to().logEndOffset());
    copyAll(resumed);
    assertTrue(finish(resumed));
  }

  @Test
  void whatWasCutOffIsCutOffTheCopyToo() {
    PartitionLog log = store.log();
    append(log, 1, "a");
    append(log, 1, "b");
    append(log, 2, "lost");
    append(log, 3, "lost too");
    LogMove move = begin();
    copyAll(move);
    log.truncateTo(2);
    append(log, 5, "c");
    append(log, 5, "d");
    append(log, 5, "e");
    copyAll(move);
    assertEquals(List.of("0:a", "1:b", "2:c", "3:d", "4:e"), content(move.to()));
    log.truncateTo(0);
    copyAll(move);
    assertEquals(0, move.to().logEndOffset());
  }

  @Test
  void whatIsLeftIsCopiedWhenThePlacesAreSwapped() {
    PartitionLog log = store.log();
    append(log, 1, "a");
    append(log, 2, "lost");
    LogMove move = begin();
    copyAll(move);
    log.truncateTo(1);
    append(log, 4, "b");
    assertTrue(finish(move), "the same length is not the same log");
    assertEquals(List.of("0:a", "1:b"), content(store.log()));
  }

  @Test
  void thePlacesAreNotSwappedWhileMuchIsLeft() {
    PartitionLog log = store.log();
    for (int i = 0; i < 200; i++) {
      append(log, 1, "a".repeat(1_800));
    }
    LogMove move = begin();
    assertFalse(finish(move), "it would keep who appends waiting");
    assertEquals(log, store.log());
    copyAll(move);
    assertTrue(finish(move));
  }

  @Test
  void theCopyFollowsWhereTheLogStarts() {
    PartitionLog log = store.log();
    for (int i = 0; i < 200; i++) {
      append(log, 0, "value " + i);
    }
    log.updateHighWatermark(200);
    log.deleteRecordsBefore(20);
    LogMove move = begin();
    assertEquals(20, move.to().logStartOffset());
    copyAll(move);
    log.deleteRecordsBefore(150);
    copyAll(move);
    assertEquals(150, move.to().logStartOffset());
    assertEquals(content(log), content(move.to()));
    log.deleteRecordsBefore(160);
    assertTrue(finish(move));
    assertEquals(160, store.log().logStartOffset(), "or it would show deleted records");
    assertThrows(LogException.class, () -> log.deleteRecordsBefore(170), "this log counts no more");
  }

  /** More seeds by hand: {@code -Dmove.seeds=1000}. */
  @Test
  void whateverHappensTheCopyEndsAsTheLogIs() throws Exception {
    for (int seed = 0; seed < Integer.getInteger("move.seeds", 4); seed++) {
      Random random = new Random(seed);
      PartitionLog log = store.log();
      int epoch = log.latestLeaderEpoch().orElse(0);
      begin();
      for (int i = 0; i < 60; i++) {
        int dice = random.nextInt(20);
        if (dice < 9) {
          append(log, epoch, "seed " + seed + " " + i);
        } else if (dice < 10) {
          log.truncateTo(
              log.logStartOffset()
                  + random.nextLong(log.logEndOffset() - log.logStartOffset() + 1));
          epoch++;
        } else if (dice < 11) {
          log.updateHighWatermark(log.logEndOffset());
          log.followLogStart(log.logStartOffset() + random.nextInt(3));
        } else if (dice < 12) {
          log.startLeaderEpoch(++epoch);
        } else if (dice < 13 && random.nextInt(4) == 0) {
          log = random.nextBoolean() ? store.restart() : store.crash();
          epoch++;
        } else {
          move().copy(random.nextInt(400));
        }
      }
      copyAll(move());
      List<String> expected = content(log);
      assertTrue(finish(move()), "seed " + seed);
      PartitionLog moved = store.log();
      assertEquals(expected, content(moved), "seed " + seed);
      assertEquals(log.logStartOffset(), moved.logStartOffset(), "seed " + seed);
      store.scheduler.runAll();
    }
  }

  private LogMove move() {
    return Objects.requireNonNull(store.directories().moveOf(PARTITION));
  }

  @Test
  void aCrashBetweenTheTwoRenamesLosesNothing() throws Exception {
    PartitionLog log = store.log();
    Path from = log.directory();
    Path to = other(log);
    append(log, 0, "a");
    LogMove move = begin();
    copyAll(move);
    AtomicBoolean swapped = new AtomicBoolean();
    assertThrows(
        IllegalStateException.class,
        () ->
            store
                .directories()
                .finish(
                    move,
                    swap -> {
                      swapped.set(swap.getAsBoolean());
                      throw new IllegalStateException("dies here");
                    }));
    assertTrue(swapped.get());
    append(move.to(), 0, "b"); // who came next was let in
    Path grown = move.to().path();
    store.die();
    for (Names names : Names.values()) {
      switch (names) {
        case BOTH_NEW -> {}
        case OLD_ONE_GONE_NEW_ONE_NOT_NAMED_YET ->
            Files.move(grown, to.resolve("orders-0." + "0".repeat(32) + "-future"));
        case BOTH_OLD -> {
          Files.move(grown, to.resolve("orders-0." + "0".repeat(32) + "-future"));
          Files.createDirectories(from.resolve("orders-0"));
        }
        case NEW_ONE_NAMED_OLD_ONE_STILL_THERE -> Files.createDirectories(from.resolve("orders-0"));
      }
      Files.createFile(marker(to));
      store.reopen();
      PartitionLog found = Objects.requireNonNull(store.directories().log(PARTITION));
      assertEquals(to, found.directory(), names.name());
      assertEquals(List.of("0:a", "1:b"), content(found), names.name());
      assertNull(store.directories().moveOf(PARTITION));
      assertFalse(Files.exists(found.path().resolve(".becomes-current")));
      grown = found.path();
      store.scheduler.runAll();
      store.die();
    }
    store.reopen();
  }

  /** What a file system may have of two renames in two directories after the power failed. */
  private enum Names {
    BOTH_NEW,
    OLD_ONE_GONE_NEW_ONE_NOT_NAMED_YET,
    BOTH_OLD,
    NEW_ONE_NAMED_OLD_ONE_STILL_THERE
  }

  private static Path marker(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      Path marker =
          all.filter(path -> path.getFileName().toString().startsWith("orders-0"))
              .findFirst()
              .orElseThrow()
              .resolve(".becomes-current");
      Files.deleteIfExists(marker);
      return marker;
    }
  }

  @Test
  void aCopyWithoutItsLogIsLeftAlone() throws Exception {
    PartitionLog log = store.log();
    append(log, 0, "a");
    LogMove move = begin();
    copyAll(move);
    store.die();
    deleteTree(log.path());
    store.reopen();
    assertNull(store.directories().log(PARTITION));
    assertNull(store.directories().moveOf(PARTITION));
    assertTrue(Files.exists(move.to().path()));
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Test
  void askingForTheDirectoryItIsInEndsTheMove() throws Exception {
    PartitionLog log = store.log();
    append(log, 0, "a");
    LogMove move = begin();
    assertNull(store.directories().move(PARTITION, log.directory().toString()));
    assertNull(store.directories().moveOf(PARTITION));
    assertThrows(LogException.class, () -> move.copy(ALL));
    assertFalse(finish(move));
    store.scheduler.runAll();
    assertEquals(List.of(), names(other(log)));
    assertNotNull(begin(), "and it may begin again");
  }

  @Test
  void aDeletedPartitionTakesItsCopyAlong() throws Exception {
    PartitionLog log = store.log();
    append(log, 0, "a");
    begin();
    store.directories().deleteLog(PARTITION);
    store.scheduler.runAll();
    assertEquals(List.of(), names(one));
    assertEquals(List.of(), names(two));
  }

  @Test
  void aLogThatIsToBeMadeIsMadeWhereItWasAskedFor() {
    for (Path wanted : List.of(two, one)) {
      store.directories().deleteLog(PARTITION);
      assertNull(store.directories().move(PARTITION, wanted.toString()));
      assertEquals(wanted, store.log().directory());
    }
  }

  @Test
  void newLogsGoWhereTheFewestAreAndCopiesCount() {
    PartitionLog log = store.log();
    begin();
    PartitionLog second =
        store.directories().createLog(new TopicPartition("t", 0), null, LogConfig.DEFAULTS);
    PartitionLog third =
        store.directories().createLog(new TopicPartition("t", 1), null, LogConfig.DEFAULTS);
    assertEquals(log.directory(), second.directory());
    assertEquals(other(log), third.directory());
  }

  @Test
  void aDirectoryThatIsNotOursIsRefused() {
    LogException refused =
        assertThrows(LogException.class, () -> store.directories().move(PARTITION, "/elsewhere"));
    assertEquals(ErrorCode.LOG_DIR_NOT_FOUND, refused.errorCode());
  }
}
