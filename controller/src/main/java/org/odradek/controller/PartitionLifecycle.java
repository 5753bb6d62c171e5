package org.odradek.controller;

import java.util.EnumSet;
import java.util.Set;

/**
 * Where a partition is in its life, and from where it may get there:
 *
 * <pre>
 *   NON_EXISTENT ──> NEW ──> ONLINE <──> OFFLINE ──> NON_EXISTENT
 *                     └──────────────────^
 * </pre>
 */
enum PartitionLifecycle {
  /** Never made, or deleted. */
  NON_EXISTENT,
  /** Has replicas, but no leader was ever chosen. */
  NEW,
  /** Has a leader. */
  ONLINE,
  /** Its leader is gone and no other could be chosen. */
  OFFLINE;

  private static Set<PartitionLifecycle> before(PartitionLifecycle state) {
    return switch (state) {
      case NON_EXISTENT -> EnumSet.of(OFFLINE);
      case NEW -> EnumSet.of(NON_EXISTENT);
      case ONLINE, OFFLINE -> EnumSet.of(NEW, ONLINE, OFFLINE);
    };
  }

  boolean canFollow(PartitionLifecycle previous) {
    return before(this).contains(previous);
  }
}
