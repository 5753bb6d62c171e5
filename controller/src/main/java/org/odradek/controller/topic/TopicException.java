package org.odradek.controller.topic;

import org.odradek.protocol.ErrorCode;

/** Why an operation on one topic failed, as code and text for the client. */
public final class TopicException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode error;

  public TopicException(ErrorCode error, String message) {
    super(message);
    this.error = error;
  }

  public ErrorCode error() {
    return error;
  }
}
