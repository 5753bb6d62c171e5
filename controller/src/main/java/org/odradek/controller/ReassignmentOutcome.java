package org.odradek.controller;

import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;

/**
 * What became of a request to move a partition, or to cancel its move.
 *
 * @param error {@link ErrorCode#NONE} when it was begun
 * @param message for the client; null when there is nothing to say
 */
public record ReassignmentOutcome(ErrorCode error, @Nullable String message) {
  static final ReassignmentOutcome BEGUN = new ReassignmentOutcome(ErrorCode.NONE, null);

  boolean isBegun() {
    return error == ErrorCode.NONE;
  }
}
