package org.odradek.systemtests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a process takes of the machine, as Linux tells it in {@code /proc}. */
public final class ProcessUsage {
  private final Path folder;

  public ProcessUsage(long pid) {
    folder = Path.of("/proc", Long.toString(pid));
  }

  /** Whether there is such a thing for this process. */
  public boolean isKnown() {
    return Files.isReadable(folder.resolve("status"));
  }

  /** Memory that is resident, in bytes: heap, native memory and mapped files together. */
  public long residentBytes() {
    return 1024 * number("status", "VmRSS:");
  }

  /** How many files and sockets it may have open at most. */
  public long openFilesMax() {
    String limit = line("limits", "Max open files").trim().split("\\s+")[1];
    return limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit);
  }

  /** How many sockets it has open: connections, and those that listen. */
  public int sockets() {
    try (Stream<Path> files = Files.list(folder.resolve("fd"))) {
      return (int) files.filter(ProcessUsage::isSocket).count();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the files of " + folder, e);
    }
  }

  private static boolean isSocket(Path link) {
    try {
      return Files.readSymbolicLink(link).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  private long number(String file, String label) {
    return Long.parseLong(line(file, label).trim().split("\\s+")[0]);
  }

  private String line(String file, String label) {
    try {
      List<String> lines = Files.readAllLines(folder.resolve(file));
      return lines.stream()
          .filter(line -> line.startsWith(label))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no " + label + " in " + lines))
          .substring(label.length());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + " of " + folder, e);
    }
  }
}
