package org.odradek.systemtests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.odradek.processes.Checkout;

/**
 * The command line tools of one version of stock Kafka, run as {@code bin/kafka-*.sh} runs them. A
 * command is a line of shell, with the scripts on the PATH and with the variables given by {@link
 * #with}.
 */
public final class StockTools {
  private static final AtomicInteger COMMANDS = new AtomicInteger();

  private final String version;
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();

  private StockTools(String version, Path folder) {
    this.version = version;
    this.folder = folder;
  }

  /** The tools of Kafka {@code version}; outputs are kept in {@code folder}. */
  public static StockTools of(String version, Path folder) {
    var tools = new StockTools(version, folder);
    tools.fetch(version);
    return tools;
  }

  /** Fetches the tools of a version beforehand: their first use says so on stderr. */
  void fetch(String version) {
    run("KAFKA_VERSION=" + version + " kafka-run-class.sh -resolve", Duration.ofMinutes(5))
        .expectSuccess();
  }

  /**
   * Whether there is a Java with which the tools can log in by SASL: those before 3.9 cannot on
   * Java 24 and later.
   */
  public boolean canLogIn() {
    return run(". " + Checkout.root() + "/bin/internal/find-java.sh; find_java 17 23").exitStatus()
        == 0;
  }

  /** Sets a variable for the commands to come. */
  public StockTools with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Runs {@code command} for at most two minutes. */
  public CommandOutcome run(String command) {
    return run(command, Duration.ofMinutes(2));
  }

  public CommandOutcome run(String command, Duration limit) {
    return start(command).await(limit);
  }

  /** Starts {@code command} and leaves it running. */
  public Job start(String command) {
    Path bin = Checkout.root().resolve("bin");
    Path prefix = folder.resolve("command-" + COMMANDS.incrementAndGet());
    Path output = Path.of(prefix + ".out");
    Path errors = Path.of(prefix + ".err");
    // Control-C must reach the command even where the tests themselves run in the background.
    var builder =
        new ProcessBuilder(
                "env", "--default-signal=INT", "bash", "-c", "set -o pipefail; " + command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().merge("PATH", bin.toString(), (path, own) -> own + ":" + path);
    builder.environment().put("KAFKA_VERSION", version);
    builder.environment().putAll(environment);
    try {
      return new Job(command, builder.start(), output, errors, System.nanoTime());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    }
  }

  /** A command that runs. */
  public static final class Job {
    private final String command;
    private final Process process;
    private final Path output;
    private final Path errors;
    private final long start;

    private Job(String command, Process process, Path output, Path errors, long start) {
      this.command = command;
      this.process = process;
      this.output = output;
      this.errors = errors;
      this.start = start;
    }

    /** What it has printed so far. */
    public String output() {
      return read(output);
    }

    /** Waits for its end; ends it when {@code limit} is over. */
    public CommandOutcome await(Duration limit) {
      try {
        int status;
        if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          status = process.exitValue();
        } else {
          kill();
          status = CommandOutcome.TIMED_OUT;
        }
        return new CommandOutcome(
            command, status, output(), read(errors), Duration.ofNanos(System.nanoTime() - start));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while running " + command, e);
      }
    }

    /** Control-C; then waits for its end. */
    public CommandOutcome interrupt() {
      try {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot interrupt " + command, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
      return await(Duration.ofMinutes(1));
    }

    /** Ends it and what it has started with SIGKILL. */
    public void kill() throws InterruptedException {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }

    private static String read(Path file) {
      try {
        return Files.readString(file, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file, e);
      }
    }
  }
}
