package org.odradek.controller;

import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;

/**
 * What came of an election that somebody asked for (ElectLeaders, KIP-183, KIP-460), for one
 * partition.
 *
 * @param message null where the code says it all
 * @param leader the new leader's broker id, or -1 if there was no election
 */
public record LeaderElection(ErrorCode error, @Nullable String message, int leader) {

  /** Which leader is asked for. */
  public enum Type {
    /** The first replica, if it is in sync. */
    PREFERRED,
    /** Any replica that is there, of a partition that has no leader. */
    UNCLEAN
  }

  static LeaderElection of(int leader) {
    return new LeaderElection(ErrorCode.NONE, null, leader);
  }

  static LeaderElection failed(ErrorCode error, @Nullable String message) {
    return new LeaderElection(error, message, -1);
  }
}
