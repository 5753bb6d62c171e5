package org.odradek.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of one log directory, by what their names say.
 *
 * @param current of the logs that are in use
 * @param future of logs on their way here from another directory
 */
record PartitionFolders(Map<TopicPartition, Path> current, Map<TopicPartition, Path> future) {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionFolders.class);

  /**
   * @param deleted gets the folders that are to be deleted
   */
  static PartitionFolders in(Path directory, Consumer<Path> deleted) throws IOException {
    var found = new PartitionFolders(new HashMap<>(), new HashMap<>());
    try (Stream<Path> children = Files.list(directory)) {
      for (Path child : (Iterable<Path>) children::iterator) {
        if (Files.isDirectory(child)) {
          found.add(child, deleted);
        }
      }
    }
    return found;
  }

  private void add(Path child, Consumer<Path> deleted) {
    String name = child.getFileName().toString();
    if (name.endsWith(FolderName.DELETED_SUFFIX)) {
      deleted.accept(child);
      return;
    }
    TopicPartition partition = FolderName.parse(name);
    if (partition != null) {
      current.put(partition, child);
      return;
    }
    TopicPartition moving = FolderName.parseFuture(name);
    if (moving != null && future.putIfAbsent(moving, child) == null) {
      return;
    }
    if (moving != null || name.endsWith("-stray")) {
      LOG.warn("Leaving the folder {} alone", child);
    }
  }
}
