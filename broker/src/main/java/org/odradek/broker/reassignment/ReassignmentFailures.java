package org.odradek.broker.reassignment;

import org.odradek.broker.api.ApiException;
import org.odradek.controller.ReassignmentOutcome;
import org.odradek.controller.topic.TopicException;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.protocol.ErrorCode;

/** What is answered when a request as a whole failed. */
final class ReassignmentFailures {
  private ReassignmentFailures() {}

  /** ZooKeeper's failures end the controller's office: another one is to be asked. */
  static ReassignmentOutcome of(Throwable failure) {
    Throwable cause = Failures.cause(failure);
    if (cause instanceof TopicException refusal) {
      return new ReassignmentOutcome(refusal.error(), refusal.getMessage());
    }
    ErrorCode code =
        Failures.code(failure) == null ? ApiException.codeOf(failure) : ErrorCode.NOT_CONTROLLER;
    return new ReassignmentOutcome(code, cause.getMessage());
  }
}
