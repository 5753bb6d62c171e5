package org.odradek.broker.api;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.odradek.protocol.ErrorCode;

/**
 * A request, or a part of it, is answered with this error code. An expected outcome, not a defect:
 * it carries no stack trace and is not logged.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public ApiException(ErrorCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /** The error code to answer for a failure of any kind: UNKNOWN_SERVER_ERROR if it names none. */
  public static ErrorCode codeOf(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof ApiException api ? api.code() : ErrorCode.UNKNOWN_SERVER_ERROR;
  }
}
