package org.odradek.systemtests.harness;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.odradek.processes.Waiting;

/**
 * What a transcript can do besides commands that end by themselves, for {@link
 * TranscriptRunner#with}:
 *
 * <pre>
 * $ open NAME COMMAND...   starts a command and leaves it running
 * $ await NAME LINES       waits until it has printed so many lines
 * $ control-c NAME         SIGINT, its end, and then all that it has printed
 * $ kill-9 NAME            SIGKILL, and all that it has printed
 * $ end NAME               waits until it ends by itself, and all that it has printed
 * </pre>
 */
public final class CommandLineJobs implements AutoCloseable {
  private static final int KILLED = 137;

  private final StockTools tools;
  private final Map<String, StockTools.Job> jobs = new HashMap<>();

  public CommandLineJobs(StockTools tools) {
    this.tools = tools;
  }

  /** Makes these known to a runner. */
  public void addTo(TranscriptRunner runner) {
    runner
        .with("open", this::open)
        .with("await", this::await)
        .with("control-c", words -> named(words).interrupt())
        .with("kill-9", this::kill)
        .with("end", words -> named(words).await(Duration.ofMinutes(3)));
  }

  private CommandOutcome open(List<String> words) {
    // By exec, so that a signal reaches the command itself.
    String command = String.join(" ", words.subList(1, words.size()));
    jobs.put(words.getFirst(), tools.start("exec " + command));
    return done("open " + words.getFirst());
  }

  private CommandOutcome await(List<String> words) {
    StockTools.Job job = named(words);
    int lines = Integer.parseInt(words.get(1));
    Waiting.until(
        Duration.ofMinutes(2),
        () -> job.output().lines().count() >= lines,
        () -> words.getFirst() + " prints " + lines + " lines, not\n" + job.output());
    return done("await " + String.join(" ", words));
  }

  private CommandOutcome kill(List<String> words) {
    StockTools.Job job = named(words);
    try {
      job.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    CommandOutcome outcome = job.await(Duration.ofMinutes(1));
    return new CommandOutcome(
        outcome.command(), KILLED, outcome.output(), outcome.errors(), outcome.elapsed());
  }

  private StockTools.Job named(List<String> words) {
    StockTools.Job job = jobs.get(words.getFirst());
    if (job == null) {
      throw new IllegalArgumentException("nothing was opened as " + words.getFirst());
    }
    return job;
  }

  static CommandOutcome done(String command) {
    return new CommandOutcome(command, 0, "", "", Duration.ZERO);
  }

  @Override
  public void close() {
    for (StockTools.Job job : jobs.values()) {
      try {
        job.kill();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
