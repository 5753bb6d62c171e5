package org.odradek.systemtests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.odradek.systemtests.harness.Transcript.Step;

/**
 * With {@code -Dtranscripts.record=FOLDER} the transcripts are written there with what the commands
 * print, instead of being compared: to make new ones, with a stock broker under test. To be read
 * before they are used.
 */
final class TranscriptRecording {
  private TranscriptRecording() {}

  static boolean isOn() {
    return System.getProperty("transcripts.record") != null;
  }

  static void record(
      Transcript transcript,
      Function<String, CommandOutcome> runner,
      Map<String, String> variables) {
    var text = new StringBuilder();
    for (Step step : transcript.steps()) {
      CommandOutcome outcome = runner.apply(step.command());
      step.notes().forEach(note -> text.append(note).append('\n'));
      text.append("$ ").append(step.command()).append('\n');
      text.append("[exit ").append(outcome.exitStatus());
      text.append(step.anyOrder() ? ", any order" : "");
      text.append(step.within().isZero() ? "" : ", within " + step.within().toSeconds() + " s");
      text.append("]\n");
      append(text, outcome.output(), variables);
      if (!outcome.errors().isBlank()) {
        text.append("-- stderr\n");
        append(text, outcome.errors(), variables);
      }
      text.append('\n');
    }
    Path file = Path.of(System.getProperty("transcripts.record"), transcript.name() + ".txt");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static void append(StringBuilder text, String printed, Map<String, String> variables) {
    List<String> lines = TranscriptRunner.lines(printed);
    boolean inTrace = false;
    for (String line : lines) {
      if (line.startsWith("\tat ")) {
        text.append(inTrace ? "" : "<...>\n");
        inTrace = true;
        continue;
      }
      inTrace = false;
      String masked = line.stripTrailing();
      for (Map.Entry<String, String> variable : variables.entrySet()) {
        masked = masked.replace(variable.getValue(), "$" + variable.getKey());
      }
      masked = masked.replaceAll("TopicId: [A-Za-z0-9_-]{22}", "TopicId: <id>");
      masked =
          masked.replaceAll(
              "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3}", "<time>");
      text.append(masked).append('\n');
    }
  }
}
