package org.odradek.broker.config;

import java.util.concurrent.CompletionException;
import org.odradek.broker.api.ApiException;
import org.odradek.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a response says of a failure. */
record ConfigFailure(ErrorCode code, String message) {
  private static final Logger log = LoggerFactory.getLogger(ConfigFailure.class);

  /** The answer that an {@link ApiException} holds; anything else is logged here. */
  static ConfigFailure of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ApiException expected) {
      return new ConfigFailure(expected.code(), String.valueOf(expected.getMessage()));
    }
    log.error("A configuration could not be read or changed", cause);
    return new ConfigFailure(
        ErrorCode.UNKNOWN_SERVER_ERROR, ErrorCode.UNKNOWN_SERVER_ERROR.message());
  }
}
