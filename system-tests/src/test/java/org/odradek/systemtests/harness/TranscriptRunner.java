package org.odradek.systemtests.harness;

import java.util.List;
import java.util.Map;
import org.odradek.systemtests.harness.Transcript.Step;

/** Runs the commands of a transcript one after the other and holds what they print against it. */
public final class TranscriptRunner {
  private final StockTools tools;
  private final Map<String, String> variables;

  /** With {@code variables} such as BOOTSTRAP, for the commands and for the expected lines. */
  public TranscriptRunner(StockTools tools, Map<String, String> variables) {
    this.tools = tools;
    this.variables = variables;
    variables.forEach(tools::with);
  }

  /** Fails at the first command that does or prints something else. */
  public void run(Transcript transcript) {
    if (TranscriptRecording.isOn()) {
      TranscriptRecording.record(transcript, tools, variables);
      return;
    }
    for (Step step : transcript.steps()) {
      long deadline = System.nanoTime() + step.within().toNanos();
      CommandOutcome outcome = tools.run(step.command());
      while (!isAsExpected(step, outcome) && System.nanoTime() - deadline < 0) {
        outcome = tools.run(step.command());
      }
      if (!isAsExpected(step, outcome)) {
        throw new AssertionError(
            "%s: %nexpected%n$ %s%n[exit %d]%n%s%n-- stderr%n%s%n%nbut was%n%s"
                .formatted(
                    transcript.name(),
                    step.command(),
                    step.exitStatus(),
                    String.join("\n", step.output()),
                    String.join("\n", step.errors()),
                    outcome));
      }
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
