package org.odradek.benchmarks.systems;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A control group (version 1) that limits memory, page cache included, of the processes that are
 * started in it.
 */
final class MemoryGroup implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup/memory");

  private final Path folder;

  /** Makes the group; needs root and control groups of version 1. */
  MemoryGroup(int limitMib) {
    folder = ROOT.resolve("odradek-compare-" + ProcessHandle.current().pid());
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("memory.limit_in_bytes"), Long.toString(limitMib * (1L << 20)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot limit memory by " + folder, e);
    }
  }

  /** Whether this machine lets us make such groups. */
  static boolean isAvailable() {
    return Files.isWritable(ROOT.resolve("cgroup.procs"));
  }

  /** What the command of a process is put behind so that it runs in the group. */
  List<String> prefix() {
    return List.of(
        "bash",
        "-c",
        "echo $$ > " + folder.resolve("cgroup.procs") + " && exec \"$@\"",
        "in-group");
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException stillInUse) {
      System.err.println("cannot remove " + folder + ": " + stillInUse.getMessage());
    }
  }
}
