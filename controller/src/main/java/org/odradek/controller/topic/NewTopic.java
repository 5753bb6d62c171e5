package org.odradek.controller.topic;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A topic to be made.
 *
 * @param partitionCount {@link #BY_DEFAULT} for {@code num.partitions}
 * @param replicationFactor {@link #BY_DEFAULT} for {@code default.replication.factor}
 * @param assignment brokers by partition, the preferred leader first; when it is not empty, count
 *     and factor must be {@link #BY_DEFAULT}
 * @param configs as sent; a null value is refused
 */
public record NewTopic(
    String name,
    int partitionCount,
    short replicationFactor,
    SortedMap<Integer, List<Integer>> assignment,
    Map<String, @Nullable String> configs) {

  public static final short BY_DEFAULT = -1;

  public NewTopic {
    assignment = Collections.unmodifiableSortedMap(new TreeMap<>(assignment));
  }

  public static NewTopic of(
      String name, int partitionCount, int replicationFactor, Map<String, String> configs) {
    return new NewTopic(
        name, partitionCount, (short) replicationFactor, new TreeMap<>(), Map.copyOf(configs));
  }
}
