package org.odradek.controller;

import org.apache.zookeeper.KeeperException;
import org.odradek.controller.topic.TopicException;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.protocol.ErrorCode;

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

  /** What a request is answered with that could not be carried out. */
  static ErrorCode errorCode(Throwable wrapped) {
    Throwable failure = Failures.cause(wrapped);
    if (failure instanceof TopicException refusal) {
      return refusal.error();
    }
    boolean isOver = failure instanceof ControllerMovedException || isSessionOver(failure);
    return isOver ? ErrorCode.NOT_CONTROLLER : ErrorCode.UNKNOWN_SERVER_ERROR;
  }
}
