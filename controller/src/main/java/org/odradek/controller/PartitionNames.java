package org.odradek.controller;

import java.util.Collection;

/** Some of many partitions by name, for the log. */
final class PartitionNames {
  private static final int NAMED_MAX = 5;

  private PartitionNames() {}

  static String some(Collection<?> partitions) {
    String named =
        String.join(", ", partitions.stream().limit(NAMED_MAX).map(Object::toString).toList());
    return partitions.size() <= NAMED_MAX
        ? named
        : named + " and " + (partitions.size() - NAMED_MAX) + " more";
  }
}
