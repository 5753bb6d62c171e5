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

  /** Sets a variable for the commands to come. */
  public StockTools with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Runs {@code command} for at most a minute. */
  public CommandOutcome run(String command) {
    return run(command, Duration.ofMinutes(1));
  }

  public CommandOutcome run(String command, Duration limit) {
    Path bin = Checkout.root().resolve("bin");
    Path prefix = folder.resolve("command-" + COMMANDS.incrementAndGet());
    Path output = Path.of(prefix + ".out");
    Path errors = Path.of(prefix + ".err");
    var builder =
        new ProcessBuilder("bash", "-c", "set -o pipefail; " + command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().merge("PATH", bin.toString(), (path, own) -> own + ":" + path);
    builder.environment().put("KAFKA_VERSION", version);
    builder.environment().putAll(environment);
    long start = System.nanoTime();
    try {
      Process process = builder.start();
      int status;
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        status = process.exitValue();
      } else {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        status = CommandOutcome.TIMED_OUT;
      }
      return new CommandOutcome(
          command,
          status,
          Files.readString(output, StandardCharsets.UTF_8),
          Files.readString(errors, StandardCharsets.UTF_8),
          Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while running " + command, e);
    }
  }
}
