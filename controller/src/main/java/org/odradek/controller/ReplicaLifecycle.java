package org.odradek.controller;

import java.util.EnumSet;
import java.util.Set;

/**
 * Where a replica is in its life, and from where it may get there:
 *
 * <pre>
 *   NON_EXISTENT ──> NEW ──> ONLINE <──> OFFLINE ──> DELETION_STARTED ──> DELETION_SUCCESSFUL ──> NON_EXISTENT
 *                                          ^ │             │
 *                                          │ v             v
 *                                     DELETION_INELIGIBLE <┘
 * </pre>
 */
enum ReplicaLifecycle {
  NON_EXISTENT,
  /** Assigned, its broker not told yet; can only become a follower. */
  NEW,
  /** Its broker is alive and knows of it. */
  ONLINE,
  /** Its broker, or the directory it lies in, is gone. */
  OFFLINE,
  /** Its broker was told to delete it. */
  DELETION_STARTED,
  /** Its broker has deleted it. */
  DELETION_SUCCESSFUL,
  /** It cannot be deleted for now, as its broker is down. */
  DELETION_INELIGIBLE;

  private static Set<ReplicaLifecycle> before(ReplicaLifecycle state) {
    return switch (state) {
      case NON_EXISTENT -> EnumSet.of(DELETION_SUCCESSFUL);
      case NEW -> EnumSet.of(NON_EXISTENT);
      case ONLINE, OFFLINE -> EnumSet.of(NEW, ONLINE, OFFLINE, DELETION_INELIGIBLE);
      case DELETION_STARTED -> EnumSet.of(OFFLINE);
      case DELETION_SUCCESSFUL -> EnumSet.of(DELETION_STARTED);
      case DELETION_INELIGIBLE -> EnumSet.of(OFFLINE, DELETION_STARTED);
    };
  }

  boolean canFollow(ReplicaLifecycle previous) {
    return before(this).contains(previous);
  }
}
