package org.odradek.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.Uuid;
import org.odradek.storage.file.DurableFiles;
import org.odradek.storage.file.LogFolder;

/**
 * Kafka's {@code partition.metadata} (KIP-516): two lines, the second without a newline at its end.
 *
 * <pre>
 *   version: 0
 *   topic_id: dHzKEm0MSUiAo3SkW9vrQw
 * </pre>
 */
final class PartitionMetadataFile {
  private static final String NAME = "partition.metadata";
  private static final String ID_KEY = "topic_id: ";

  private PartitionMetadataFile() {}

  static void write(LogFolder folder, Uuid topicId) throws IOException {
    // Not forced: when it is lost, the controller tells the id again.
    ByteBuffer content =
        ByteBuffer.wrap(("version: 0\n" + ID_KEY + topicId).getBytes(StandardCharsets.UTF_8));
    folder.inPlace(() -> {
      DurableFiles.replaceWithoutForce(folder.resolve(NAME), content);
      return true;
    });
    folder.entriesChanged();
  }

  /** The topic id; null when there is no file, or an empty one. */
  static @Nullable Uuid read(LogFolder folder) throws IOException {
    Path file = folder.resolve(NAME);
    String content;
    try {
      content = Files.readString(file);
    } catch (NoSuchFileException e) {
      return null;
    }
    if (content.isEmpty()) {
      return null;
    }
    for (String line : content.lines().toList()) {
      if (line.startsWith(ID_KEY)) {
        try {
          return Uuid.parse(line.substring(ID_KEY.length()).trim());
        } catch (IllegalArgumentException e) {
          throw new IOException("Topic id in " + file + " is malformed: " + line, e);
        }
      }
    }
    throw new IOException("There is no topic id in " + file);
  }
}
