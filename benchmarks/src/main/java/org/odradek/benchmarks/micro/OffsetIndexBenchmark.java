package org.odradek.benchmarks.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.odradek.storage.file.DataFile;
import org.odradek.storage.file.FileKind;
import org.odradek.storage.file.LogFolder;
import org.odradek.storage.file.OpenFiles;
import org.odradek.storage.index.OffsetIndex;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Where an offset is in its segment: an index with an entry for every 4 KiB of a segment of 1 GiB.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OffsetIndexBenchmark {
  private static final int ENTRIES = 262_144;
  private static final int OFFSETS_EACH = 40;
  private static final int BYTES_EACH = 4_096;

  /** Whether the entries are still in memory, or in the file. */
  @Param({"memory", "file"})
  String where = "memory";

  private @Nullable Path folder;
  private @Nullable OffsetIndex index;
  private final SplittableRandom random = new SplittableRandom(1);

  @Setup
  public void fill() throws IOException {
    folder = Files.createTempDirectory("odradek-jmh");
    var file = new DataFile(new OpenFiles(1), new LogFolder(folder), 0, FileKind.OFFSET_INDEX);
    var filled = new OffsetIndex(file, 0);
    filled.fresh();
    for (int i = 1; i < ENTRIES; i++) {
      filled.append((long) i * OFFSETS_EACH, i * BYTES_EACH);
    }
    if (where.equals("file")) {
      filled.spill(false);
    }
    index = filled;
  }

  @TearDown
  public void remove() throws IOException {
    if (folder != null && index != null) {
      index.file().delete();
      Files.deleteIfExists(folder);
    }
  }

  @Benchmark
  public int lookUp() throws IOException {
    if (index == null) {
      throw new IllegalStateException("not set up");
    }
    return index.positionFor(random.nextLong((long) ENTRIES * OFFSETS_EACH));
  }
}
