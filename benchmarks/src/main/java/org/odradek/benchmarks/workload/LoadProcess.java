package org.odradek.benchmarks.workload;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A client as a process. Its stdout is read here, its stderr goes to a file. */
final class LoadProcess implements AutoCloseable {
  private static final int ERROR_LINES = 20;

  private final List<String> command;
  private final Path errors;
  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  /** Starts it; what takes longer than {@code limit} is ended, and has failed. */
  LoadProcess(List<String> command, Path errors, Duration limit) {
    this.command = List.copyOf(command);
    this.errors = errors;
    try {
      this.process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command, e);
    }
    this.output =
        new BufferedReader(
            new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    // Nothing stays behind when the comparison is stopped by control-C.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "kill-client"));
    var _ = Thread.ofVirtual().start(() -> endAfter(limit));
  }

  /** Waits until the program says that what comes now counts; it waits for {@link #go}. */
  void awaitMeasuring() {
    for (String line = next(); !line.equals("measuring"); line = next()) {
      lines.add(line);
    }
  }

  private String next() {
    try {
      String line = output.readLine();
      if (line == null) {
        throw new IllegalStateException("ended before it began to measure: " + failure());
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what the client says", e);
    }
  }

  /** Lets the program go on. */
  void go() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell the client to go on: " + failure(), e);
    }
  }

  /**
   * Waits for the end and returns all that was said.
   *
   * @throws IllegalStateException when the program failed
   */
  String await() {
    try {
      output.lines().forEach(lines::add);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(failure());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return String.join("\n", lines);
  }

  private void endAfter(Duration limit) {
    try {
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** The {@code name=value} lines of the program. */
  Map<String, Double> figures() {
    var figures = new HashMap<String, Double>();
    for (String line : await().lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        figures.put(line.substring(0, equals), Double.parseDouble(line.substring(equals + 1)));
      }
    }
    Double failures = figures.get("failures");
    if (failures != null && failures > 0) {
      throw new IllegalStateException(failures.intValue() + " records failed: " + failure());
    }
    return figures;
  }

  private String failure() {
    String said;
    try {
      List<String> all = Files.readAllLines(errors);
      said = String.join("\n", all.subList(Math.max(0, all.size() - ERROR_LINES), all.size()));
    } catch (IOException e) {
      said = "(cannot read " + errors + ": " + e.getMessage() + ")";
    }
    return String.join(" ", command.subList(Math.max(0, command.size() - 8), command.size()))
        + "\n"
        + said;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
