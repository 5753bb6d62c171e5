package org.odradek.storage;

import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;

/**
 * A refused or failed operation on a log, with the error code that goes on the wire. The message
 * says what, where and why, and may be shown to a person.
 */
public class LogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode errorCode;

  public LogException(ErrorCode errorCode, String message) {
    this(errorCode, message, null);
  }

  public LogException(ErrorCode errorCode, String message, @Nullable Throwable cause) {
    // No stack trace where the cause is what a client sent: refusals have to be cheap.
    super(message, cause, true, cause != null || errorCode == ErrorCode.KAFKA_STORAGE_ERROR);
    this.errorCode = errorCode;
  }

  public ErrorCode errorCode() {
    return errorCode;
  }
}
