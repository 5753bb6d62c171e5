package org.odradek.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server as a process of its own, whose output goes to a file. Ended by its process id, never by
 * name.
 */
public final class ServerProcess {
  private static final Duration START_LIMIT = Duration.ofSeconds(180);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(120);

  private final String name;
  private final Process process;
  private final Path output;

  private ServerProcess(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
    // Nothing stays behind, not even when the tests are stopped by control-C.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "kill-" + name));
  }

  /**
   * Starts {@code command}, which must become the server itself (by exec) so that its id is the
   * server's.
   */
  public static ServerProcess start(
      String name, List<String> command, Map<String, String> environment, Path output) {
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    try {
      return new ServerProcess(name, builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /**
   * Waits until the output has something that matches; fails at once when the process ends before.
   */
  public Matcher awaitOutput(Pattern pattern) {
    return awaitOutput(pattern, START_LIMIT);
  }

  /** The same for at most this long. */
  public Matcher awaitOutput(Pattern pattern, Duration limit) {
    Waiting.until(
        limit,
        () -> found(pattern).isPresent() || !process.isAlive(),
        () -> name + " says " + pattern + "\n" + lastOutput());
    return found(pattern)
        .orElseThrow(() ->
            new AssertionError(
                name + " ended with status " + process.exitValue() + "\n" + lastOutput()));
  }

  private Optional<Matcher> found(Pattern pattern) {
    return Optional.of(pattern.matcher(output())).filter(Matcher::find);
  }

  /** All that the process has said so far. */
  public String output() {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + output, e);
    }
  }

  /** The end of the output, for messages. */
  public String lastOutput() {
    List<String> lines = output().lines().toList();
    return "--- end of "
        + output
        + "\n"
        + String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** Sends a signal by its name without SIG: STOP, CONT. */
  public void signal(String signal) {
    try {
      int status =
          new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      if (status != 0) {
        throw new AssertionError(
            "kill -" + signal + " " + process.pid() + " of " + name + ": " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("kill -" + signal, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Ends the process with SIGTERM and returns its exit status. */
  public int terminate() {
    process.destroy();
    return awaitExit();
  }

  /** Ends the process with SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** Waits for the end of the process. */
  public int awaitExit() {
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            name + " has not ended within " + STOP_LIMIT.toSeconds() + " s\n" + lastOutput());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
