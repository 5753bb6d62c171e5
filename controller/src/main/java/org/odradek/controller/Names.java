package org.odradek.controller;

import java.util.Collection;
import java.util.stream.Collectors;
import org.odradek.protocol.TopicPartition;

/** Partitions as log lines name them: the first few. */
final class Names {
  private static final int NAMED_MAX = 5;

  private Names() {}

  static String some(Collection<TopicPartition> partitions) {
    String named =
        partitions.stream()
            .limit(NAMED_MAX)
            .map(TopicPartition::toString)
            .collect(Collectors.joining(", "));
    return partitions.size() <= NAMED_MAX
        ? named
        : named + " and " + (partitions.size() - NAMED_MAX) + " more";
  }
}
