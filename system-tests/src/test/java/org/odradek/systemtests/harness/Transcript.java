package org.odradek.systemtests.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Commands with what they print, as a text file:
 *
 * <pre>
 * # a note
 * $ kafka-topics.sh --bootstrap-server $BOOTSTRAP --list
 * [exit 0]
 * orders
 * -- stderr
 * [&lt;time&gt;] WARN ...
 * </pre>
 *
 * <p>The status may be followed by {@code , any order} (the lines of the output may come in any)
 * and {@code , within 20 s} (the command is repeated until it prints this; without, once). Without
 * a {@code -- stderr} part nothing may be printed there. What {@link LinePatterns} knows may stand
 * in the lines.
 */
public record Transcript(String name, List<Step> steps) {
  private static final Pattern STATUS =
      Pattern.compile("\\[exit (\\d+)(, any order)?(?:, within (\\d+) s)?]");

  /**
   * One command.
   *
   * @param within zero when the command is run only once
   */
  public record Step(
      List<String> notes,
      String command,
      int exitStatus,
      boolean anyOrder,
      Duration within,
      List<String> output,
      List<String> errors) {}

  /** Reads {@code /transcripts/NAME.txt} of the class path. */
  public static Transcript named(String name) {
    String resource = "/transcripts/" + name + ".txt";
    try (InputStream in = Transcript.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no " + resource);
      }
      return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  static Transcript parse(String name, String text) {
    var steps = new ArrayList<Step>();
    List<String> lines = text.lines().toList();
    var notes = new ArrayList<String>();
    int at = 0;
    while (at < lines.size()) {
      String line = lines.get(at);
      if (!line.startsWith("$ ")) {
        if (line.startsWith("#")) {
          notes.add(line);
        } else if (!line.isBlank()) {
          throw new IllegalArgumentException(
              name + ":" + (at + 1) + ": expected a command, found " + line);
        }
        at++;
        continue;
      }
      int end = at + 1;
      while (end < lines.size()
          && !lines.get(end).startsWith("$ ")
          && !lines.get(end).startsWith("# ")) {
        end++;
      }
      steps.add(step(name, at, List.copyOf(notes), lines.subList(at, end)));
      notes.clear();
      at = end;
    }
    return new Transcript(name, steps);
  }

  private static Step step(String name, int at, List<String> notes, List<String> lines) {
    String command = lines.getFirst().substring(2);
    // The blank line between two steps belongs to neither.
    int end = lines.size();
    while (end > 1 && lines.get(end - 1).isEmpty()) {
      end--;
    }
    if (end == 1) {
      return new Step(notes, command, 0, false, Duration.ZERO, List.of(), List.of());
    }
    Matcher status = STATUS.matcher(lines.get(1));
    if (!status.matches()) {
      throw new IllegalArgumentException(
          name + ":" + (at + 2) + ": expected [exit N], found " + lines.get(1));
    }
    int split = lines.indexOf("-- stderr");
    return new Step(
        notes,
        command,
        Integer.parseInt(status.group(1)),
        status.group(2) != null,
        Duration.ofSeconds(status.group(3) == null ? 0 : Long.parseLong(status.group(3))),
        List.copyOf(lines.subList(2, split < 0 ? end : split)),
        split < 0 ? List.of() : List.copyOf(lines.subList(split + 1, end)));
  }
}
