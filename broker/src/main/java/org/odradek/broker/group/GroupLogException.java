package org.odradek.broker.group;

import org.odradek.protocol.ErrorCode;

/** An append to {@code __consumer_offsets} that failed, with the error Produce would have given. */
public final class GroupLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode error;

  public GroupLogException(ErrorCode error, String message) {
    super(message);
    this.error = error;
  }

  public ErrorCode error() {
    return error;
  }
}
