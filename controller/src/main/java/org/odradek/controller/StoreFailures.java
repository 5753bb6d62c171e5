package org.odradek.controller;

import org.apache.zookeeper.KeeperException;
import org.odradek.controller.zookeeper.Failures;

/** Tells the failures of a write that are about one node from those of the whole session. */
final class StoreFailures {
  private StoreFailures() {}

  /** Whether somebody else has changed, made or removed a node that was written. */
  static boolean isAboutNode(Throwable failure) {
    KeeperException.Code code = Failures.code(failure);
    return code == KeeperException.Code.BADVERSION
        || code == KeeperException.Code.NONODE
        || code == KeeperException.Code.NODEEXISTS;
  }

  /** Whether the session is over: whatever was being done is void. */
  static boolean isSessionOver(Throwable failure) {
    return Failures.code(failure) == KeeperException.Code.SESSIONEXPIRED;
  }
}
