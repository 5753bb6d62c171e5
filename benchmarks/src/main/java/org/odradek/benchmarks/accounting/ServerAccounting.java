package org.odradek.benchmarks.accounting;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Reads what the kernel and the JVM have counted of one or more server processes, in sum. */
public final class ServerAccounting {
  private static final double MIB_OF_KIB = 1.0 / 1024;

  private final List<Long> processes;
  private final double ticksPerSecond;

  /**
   * Of these processes, by id.
   *
   * @param processes JVMs of the version that this one has
   */
  public ServerAccounting(List<Long> processes) {
    this.processes = List.copyOf(processes);
    this.ticksPerSecond = Double.parseDouble(output(List.of("getconf", "CLK_TCK")).strip());
  }

  /** CPU and disk so far, and the CPU of the whole machine. */
  public Usage usage() {
    Usage sum = Usage.NONE;
    for (long process : processes) {
      sum = sum.plus(usage(process));
    }
    long machineTicks = ProcFiles.machineTicks(read(Path.of("/proc/stat")));
    return sum.plus(Usage.ofMachine(machineTicks / ticksPerSecond));
  }

  private Usage usage(long process) {
    Path proc = Path.of("/proc", Long.toString(process));
    ProcFiles.Stat all = ProcFiles.stat(read(proc.resolve("stat")));
    long jit = 0;
    long gc = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(proc.resolve("task"))) {
      for (Path thread : threads) {
        try {
          ProcFiles.Stat stat = ProcFiles.stat(Files.readString(thread.resolve("stat")));
          if (stat.name().matches("C[12] CompilerThre.*")) {
            jit += stat.own();
          } else if (stat.name().matches("(GC Thread|G1 |VM Thread).*")) {
            gc += stat.own();
          }
        } catch (NoSuchFileException endedMeanwhile) {
          // its time is in the process's sum
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + proc + "/task", e);
    }
    Map<String, Long> io = ProcFiles.numbers(read(proc.resolve("io")));
    return new Usage(
        (all.own() + all.children()) / ticksPerSecond,
        jit / ticksPerSecond,
        gc / ticksPerSecond,
        io.getOrDefault("write_bytes", 0L),
        io.getOrDefault("read_bytes", 0L),
        0);
  }

  /** Resident memory now, mapped files included, in MiB. */
  public double residentMib() {
    return status("VmRSS");
  }

  /** The most memory that was resident so far, mapped files included, in MiB. */
  public double peakResidentMib() {
    return status("VmHWM");
  }

  /** Resident memory without mapped files, now, in MiB: what the page cache cannot give back. */
  public double anonymousMib() {
    return status("RssAnon");
  }

  private double status(String key) {
    double sum = 0;
    for (long process : processes) {
      String text = read(Path.of("/proc", Long.toString(process), "status"));
      Long kib = ProcFiles.numbers(text).get(key);
      if (kib == null) {
        throw new IllegalStateException("no " + key + " in the status of process " + process);
      }
      sum += kib * MIB_OF_KIB;
    }
    return sum;
  }

  /** What the Java threads that live now have allocated on the heap, by {@code jcmd}. */
  public ThreadAllocations allocations() {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    var all = new ThreadAllocations(Map.of());
    for (long process : processes) {
      String id = Long.toString(process);
      String dump = output(List.of(jcmd.toString(), id, "Thread.print", "-e"));
      all = all.and(ThreadAllocations.parse(id, dump));
    }
    return all;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": has the process ended?", e);
    }
  }

  private static String output(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + " failed: " + said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, e);
    }
  }
}
