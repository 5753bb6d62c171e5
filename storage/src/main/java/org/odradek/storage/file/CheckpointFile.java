package org.odradek.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Kafka's checkpoint files: version 0, the number of lines, and the lines.
 *
 * <pre>
 *   0
 *   2
 *   orders 0 1234
 *   orders 1 99
 * </pre>
 *
 * <p>An empty file has no lines: Kafka makes it so before it first writes one.
 */
public final class CheckpointFile {
  private static final String VERSION = "0";

  private CheckpointFile() {}

  /** Replaces the file durably. */
  public static void write(Path file, List<String> lines) throws IOException {
    DurableFiles.replace(file, content(lines));
  }

  /**
   * Replaces the file, or fills it when it is empty, and leaves it to the operating system when
   * that reaches the disk. Only for what can be found again: after a crash of the system the file
   * may be malformed.
   */
  public static void writeUnforced(Path file, List<String> lines) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(content(lines).getBytes(StandardCharsets.UTF_8));
    if (!DurableFiles.fillEmpty(file, content)) {
      DurableFiles.replaceWithoutForce(file, content);
    }
  }

  private static String content(List<String> lines) {
    StringBuilder content = new StringBuilder(16 + lines.size() * 32);
    content.append(VERSION).append('\n').append(lines.size()).append('\n');
    for (String line : lines) {
      content.append(line).append('\n');
    }
    return content.toString();
  }

  /**
   * The lines; none when the file is missing or empty.
   *
   * @throws IOException if the file is malformed, saying how
   */
  public static List<String> read(Path file) throws IOException {
    List<String> all;
    try {
      all = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    if (all.isEmpty()) {
      return List.of();
    }
    if (!all.get(0).trim().equals(VERSION)) {
      throw new IOException("Checkpoint " + file + " has version '" + all.get(0) + "', expected 0");
    }
    int expected;
    try {
      expected = all.size() < 2 ? -1 : Integer.parseInt(all.get(1).trim());
    } catch (NumberFormatException e) {
      expected = -1;
    }
    List<String> lines = new ArrayList<>(all.subList(Math.min(2, all.size()), all.size()));
    lines.removeIf(String::isBlank);
    if (expected != lines.size()) {
      throw new IOException(
          "Checkpoint " + file + " says it has " + expected + " lines, it has " + lines.size());
    }
    return lines;
  }
}
