package org.odradek.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.odradek.storage.file.DurableFiles;
import org.odradek.storage.file.LogFolder;

/**
 * An empty file in the folder of a log that is about to take the place of another, or just did: two
 * folders cannot be renamed at once, and a start after a crash in between has to know which of them
 * counts. Kafka's brokers do not look at it.
 */
final class PromotionMarker {
  private static final String NAME = ".becomes-current";

  private PromotionMarker() {}

  static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(NAME));
  }

  static void write(LogFolder folder) throws IOException {
    folder.inPlace(() -> {
      DurableFiles.replace(folder.resolve(NAME), "");
      return true;
    });
  }

  static void remove(LogFolder folder) throws IOException {
    folder.inPlace(() -> Files.deleteIfExists(folder.resolve(NAME)));
  }
}
