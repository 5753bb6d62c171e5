package org.odradek.systemtests.harness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.odradek.systemtests.harness.Transcript.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the commands of a transcript one after the other and holds what they print against it. */
public final class TranscriptRunner {
  private static final Logger LOG = LoggerFactory.getLogger(TranscriptRunner.class);
  private static final Pattern OTHER_VERSION = Pattern.compile("KAFKA_VERSION=([0-9.]+) ");

  private final StockTools tools;
  private final Map<String, String> variables;
  private final Map<String, Function<List<String>, CommandOutcome>> actions = new HashMap<>();

  /** With {@code variables} such as BOOTSTRAP, for the commands and for the expected lines. */
  public TranscriptRunner(StockTools tools, Map<String, String> variables) {
    this.tools = tools;
    this.variables = variables;
    variables.forEach(tools::with);
  }

  /**
   * Lets commands that begin with {@code name} be done by the test itself instead of a shell: it is
   * given the words after the name.
   */
  public TranscriptRunner with(String name, Function<List<String>, CommandOutcome> action) {
    actions.put(name, action);
    return this;
  }

  private CommandOutcome run(String command) {
    List<String> words = List.of(command.split(" +"));
    Function<List<String>, CommandOutcome> action = actions.get(words.getFirst());
    return action == null ? tools.run(command) : action.apply(words.subList(1, words.size()));
  }

  /**
   * Fails with all the commands that did or printed something else; the later ones are run all the
   * same.
   */
  public void run(Transcript transcript) {
    for (Step step : transcript.steps()) {
      OTHER_VERSION.matcher(step.command()).results().forEach(other -> tools.fetch(other.group(1)));
    }
    if (TranscriptRecording.isOn()) {
      TranscriptRecording.record(transcript, this::run, variables);
      return;
    }
    var failures = new ArrayList<String>();
    for (Step step : transcript.steps()) {
      long deadline = System.nanoTime() + step.within().toNanos();
      CommandOutcome outcome = run(step.command());
      while (!isAsExpected(step, outcome) && System.nanoTime() - deadline < 0) {
        outcome = run(step.command());
      }
      if (!isAsExpected(step, outcome)) {
        String failure =
            "expected%n$ %s%n[exit %d]%n%s%n-- stderr%n%s%n%nbut was%n%s"
                .formatted(
                    step.command(),
                    step.exitStatus(),
                    String.join("\n", step.output()),
                    String.join("\n", step.errors()),
                    outcome);
        // At once too, for who watches a long transcript.
        LOG.warn("{}: {}", transcript.name(), failure);
        failures.add(failure);
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(
          "%s: %d of %d commands%n%s"
              .formatted(
                  transcript.name(),
                  failures.size(),
                  transcript.steps().size(),
                  String.join("%n%n====%n".formatted(), failures)));
    }
  }

  private boolean isAsExpected(Step step, CommandOutcome outcome) {
    return step.exitStatus() == outcome.exitStatus()
        && LinePatterns.matches(step.output(), lines(outcome.output()), step.anyOrder(), variables)
        && LinePatterns.matches(step.errors(), lines(outcome.errors()), false, variables);
  }

  static List<String> lines(String text) {
    return text.stripTrailing().lines().toList();
  }
}
