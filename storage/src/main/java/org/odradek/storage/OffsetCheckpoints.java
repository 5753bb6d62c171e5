package org.odradek.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.odradek.protocol.TopicPartition;
import org.odradek.storage.file.CheckpointFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoint files of a log directory that keep an offset for each partition. */
final class OffsetCheckpoints {
  static final String RECOVERY_POINT = "recovery-point-offset-checkpoint";
  static final String HIGH_WATERMARK = "replication-offset-checkpoint";
  static final String LOG_START = "log-start-offset-checkpoint";
  static final String CLEANER = "cleaner-offset-checkpoint";

  private static final Logger LOG = LoggerFactory.getLogger(OffsetCheckpoints.class);

  private OffsetCheckpoints() {}

  /**
   * Reads a checkpoint. A malformed one counts as empty, with a warning: all of them only save work
   * or are bounded by what the log itself says.
   */
  static Map<TopicPartition, Long> read(Path directory, String name) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    try {
      for (String line : CheckpointFile.read(directory.resolve(name))) {
        String[] fields = line.trim().split("\\s+");
        if (fields.length != 3) {
          throw new IOException("Line '" + line + "' is not 'topic partition offset'");
        }
        offsets.put(
            new TopicPartition(fields[0], Integer.parseInt(fields[1])), Long.parseLong(fields[2]));
      }
    } catch (IOException | NumberFormatException e) {
      LOG.warn("Ignoring the malformed checkpoint {} in {}: {}", name, directory, e.getMessage());
      return Map.of();
    }
    return offsets;
  }

  static void write(Path directory, String name, Map<TopicPartition, Long> offsets)
      throws IOException {
    List<String> lines = new ArrayList<>(offsets.size());
    for (Map.Entry<TopicPartition, Long> entry : offsets.entrySet()) {
      TopicPartition partition = entry.getKey();
      lines.add(partition.topic() + " " + partition.partition() + " " + entry.getValue());
    }
    CheckpointFile.write(directory.resolve(name), lines);
  }
}
