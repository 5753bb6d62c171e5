package org.odradek.storage;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;

/** The names of partition folders: {@code topic-partition}, and what Kafka makes of them. */
final class FolderName {
  static final String DELETED_SUFFIX = "-delete";
  static final String FUTURE_SUFFIX = "-future";
  private static final int NAME_MAX = 255;

  private FolderName() {}

  /** The partition that a folder is of; null when it is not of one. */
  static @Nullable TopicPartition parse(String name) {
    int dash = name.lastIndexOf('-');
    if (dash <= 0 || dash == name.length() - 1 || name.length() - dash > 11) {
      return null;
    }
    for (int i = dash + 1; i < name.length(); i++) {
      if (!Character.isDigit(name.charAt(i))) {
        return null;
      }
    }
    try {
      return new TopicPartition(
          name.substring(0, dash), Integer.parseInt(name, dash + 1, name.length(), 10));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The partition that the folder of a future log is of; null when it is not of one. */
  static @Nullable TopicPartition parseFuture(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && name.endsWith(FUTURE_SUFFIX) ? parse(name.substring(0, dot)) : null;
  }

  /** A name, not used before, for a log that is to take another's place; null if too long. */
  static @Nullable String future(TopicPartition partition) {
    String name = partition + unique(FUTURE_SUFFIX);
    return name.length() > NAME_MAX ? null : name;
  }

  private static String unique(String suffix) {
    return "." + UUID.randomUUID().toString().replace("-", "") + suffix;
  }

  /** A name, not used before, for the folder of a partition that is to be deleted. */
  static String deleted(TopicPartition partition) {
    String suffix = unique(DELETED_SUFFIX);
    String name = partition.toString();
    return name.substring(0, Math.min(name.length(), NAME_MAX - suffix.length())) + suffix;
  }
}
