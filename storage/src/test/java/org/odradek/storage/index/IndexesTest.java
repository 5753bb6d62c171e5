package org.odradek.storage.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
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
        long wanted = BASE + random.nextLong(offset - BASE + 60);
        Map.Entry<Long, Integer> floor = model.floorEntry(wanted);
        assertEquals(floor == null ? 0 : floor.getValue(), index.positionFor(wanted));
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
