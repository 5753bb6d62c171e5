package org.odradek.storage.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.storage.AbortedTransaction;
import org.odradek.storage.file.DataFile;
import org.odradek.storage.file.FileKind;
import org.odradek.storage.file.LogFolder;
import org.odradek.storage.file.OpenFiles;

/** Random appends, spills, truncations and look-ups against sorted maps. */
class IndexesTest {
  private static final long BASE = 1_000_000;

  @TempDir Path folder;

  private DataFile file(FileKind kind) {
    return new DataFile(new OpenFiles(1), new LogFolder(folder), BASE, kind);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void offsetsAgainstAMap(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    TreeMap<Long, Integer> model = new TreeMap<>();
    OffsetIndex index = new OffsetIndex(file(FileKind.OFFSET_INDEX), BASE);
    long offset = BASE;
    int position = 0;
    long wanted = BASE;
    for (int step = 0; step < 8_000; step++) {
      int dice = random.nextInt(100);
      if (dice < 60) {
        offset += 1 + random.nextInt(50);
        position += 1 + random.nextInt(5_000);
        index.append(offset, position);
        model.put(offset, position);
      } else if (dice < 63) {
        index.spill(dice == 60);
      } else if (dice < 64) {
        index = new OffsetIndex(reopened(index), BASE);
      } else if (dice == 64 && random.nextInt(10) == 0) {
        long to = BASE + random.nextLong(offset - BASE + 1);
        index.truncateTo(to);
        model.tailMap(to, true).clear();
        offset = model.isEmpty() ? BASE : model.lastKey();
        position = model.isEmpty() ? 0 : model.lastEntry().getValue();
      } else if (dice == 65 && random.nextInt(20) == 0) {
        index.clear(); // the file is longer than the index for a while
        model.clear();
        offset = BASE;
        position = 0;
      } else {
        // Half of the time as the last time, or near that: what was found is remembered.
        if (random.nextBoolean()) {
          wanted = BASE + random.nextLong(offset - BASE + 60);
        } else {
          wanted += random.nextInt(30);
        }
        Map.Entry<Long, Integer> floor = model.floorEntry(wanted);
        int expected = floor == null ? 0 : floor.getValue();
        assertEquals(expected, index.positionFor(wanted));
        int cached = index.cachedPositionFor(wanted);
        assertTrue(cached == expected || cached == -1, cached + " instead of " + expected);
      }
      assertEquals(model.size(), index.count());
    }
    int middle = position / 2;
    long expected = Long.MAX_VALUE;
    for (Map.Entry<Long, Integer> each : model.entrySet()) {
      if (each.getValue() >= middle) {
        expected = each.getKey();
        break;
      }
    }
    assertEquals(expected, index.offsetAtOrAfter(middle));
    index.spill(true);
    assertEquals(8L * model.size(), Files.size(index.file().path()));
    assertTrue(index.plausible(position + 1));
  }

  @Test
  void whatIsInMemoryIsFoundWithoutWaiting() throws Exception {
    assumeTrue(System.getProperty("os.name", "").startsWith("Linux")); // others cannot tell
    OffsetIndex written = new OffsetIndex(file(FileKind.OFFSET_INDEX), BASE);
    int entries = 3_000; // several blocks
    for (int i = 1; i <= entries; i++) {
      written.append(BASE + 10L * i, 100 * i);
    }
    written.spill(false);
    written.file().closeWhenUnused();

    OffsetIndex index = new OffsetIndex(file(FileKind.OFFSET_INDEX), BASE);
    assertEquals(-1, index.cachedPositionFor(BASE + 5_000), "how long it is would have to be seen");
    assertEquals(entries, index.count());
    assertEquals(-1, index.cachedPositionFor(BASE + 5_000), "the file would have to be opened");
    assertEquals(50_000, index.positionFor(BASE + 5_000));
    for (int i = 1; i <= 20; i++) {
      index.append(BASE + 10L * (entries + i), 100 * (entries + i)); // in memory only
    }
    for (int offset = 0; offset < 10 * (entries + 25); offset += 7) {
      int expected = 100 * Math.min(offset / 10, entries + 20);
      assertEquals(expected, index.cachedPositionFor(BASE + offset), "for " + offset);
    }
    try (FileChannel file = FileChannel.open(index.file().path(), StandardOpenOption.WRITE)) {
      file.truncate(8 * 100);
    }
    assertEquals(-1, index.cachedPositionFor(BASE + 20_000), "what it would read is not there");
    index.file().closeWhenUnused();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatASearchFoundIsForgottenWithTheEntries(boolean all) throws Exception {
    OffsetIndex index = new OffsetIndex(file(FileKind.OFFSET_INDEX), BASE);
    int entries = 3_000; // several blocks
    for (int i = 1; i <= entries; i++) {
      index.append(BASE + 10L * i, 100 * i);
    }
    index.spill(false);
    assertEquals(50_000, index.positionFor(BASE + 5_000));
    if (all) {
      index.clear();
    } else {
      index.truncateTo(BASE + 11);
    }
    int kept = all ? 0 : 1;
    for (int i = 1; i < entries; i++) {
      index.append(BASE + 10 * kept + 13L * i, 170 * i);
    }
    index.spill(false);
    assertEquals(170 * ((5_000 - 10 * kept) / 13), index.positionFor(BASE + 5_000));
    for (int offset = 13 + 10 * kept; offset < 13 * entries; offset += 7) {
      int expected = 170 * Math.min((offset - 10 * kept) / 13, entries - 1);
      assertEquals(expected, index.positionFor(BASE + offset), "for " + offset);
    }
    index.file().closeWhenUnused();
  }

  private static DataFile reopened(OffsetIndex index) throws Exception {
    index.spill(false);
    return index.file();
  }

  @Test
  void timesAreInKafkasFormat() throws Exception {
    TimeIndex index = new TimeIndex(file(FileKind.TIME_INDEX), BASE);
    assertEquals(new TimeIndex.Entry(-1, BASE), index.last());
    for (int i = 1; i <= 2_000; i++) {
      index.append(i * 10L, BASE + i);
      if (i == 1_000) {
        index.spill(false);
      }
    }
    assertEquals(BASE, index.offsetFor(9));
    assertEquals(BASE + 1, index.offsetFor(10));
    assertEquals(BASE + 777, index.offsetFor(7_779));
    assertEquals(BASE + 2_000, index.offsetFor(Long.MAX_VALUE));
    index.truncateTo(BASE + 501);
    assertEquals(new TimeIndex.Entry(5_000, BASE + 500), index.last());
    index.spill(true);
    byte[] bytes = Files.readAllBytes(index.file().path());
    assertEquals(500 * 12, bytes.length);
    assertEquals(10, bytes[7]);
    assertEquals(1, bytes[11]);
  }

  @Test
  void abortedTransactionsComeBack() throws Exception {
    DataFile file = file(FileKind.TRANSACTION_INDEX);
    TransactionIndex index = new TransactionIndex(file);
    AbortedTransaction first = new AbortedTransaction(1, BASE, BASE + 5, BASE + 6);
    AbortedTransaction second = new AbortedTransaction(2, BASE + 3, BASE + 9, BASE + 10);
    index.append(first);
    index.spill(false);
    index.append(second);
    index.spill(true);
    assertEquals(68, Files.size(file.path()));
    TransactionIndex read = new TransactionIndex(file);
    assertEquals(List.of(first, second), read.all());
    read.truncateTo(BASE + 9);
    assertEquals(List.of(first), new TransactionIndex(file).all());
  }
}
