package org.odradek.broker.partition;

import java.util.concurrent.CompletionException;
import org.odradek.broker.api.ApiException;
import org.odradek.protocol.ErrorCode;
import org.odradek.storage.LogException;

/** The error code on the wire for what failed. */
public final class Errors {

  private Errors() {}

  /** UNKNOWN_SERVER_ERROR for what names none. */
  public static ErrorCode codeOf(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof LogException log ? log.errorCode() : ApiException.codeOf(cause);
  }
}
