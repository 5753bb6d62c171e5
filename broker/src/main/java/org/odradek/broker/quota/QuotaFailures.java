package org.odradek.broker.quota;

import java.util.concurrent.CompletionException;
import org.odradek.broker.api.ApiException;
import org.odradek.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a response says of a failure. */
final class QuotaFailures {
  private static final Logger log = LoggerFactory.getLogger(QuotaFailures.class);

  private QuotaFailures() {}

  /** That of an {@link ApiException}; anything else is logged here. */
  static String message(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ApiException) {
      return String.valueOf(cause.getMessage());
    }
    log.error("Quotas could not be read or changed", cause);
    return ErrorCode.UNKNOWN_SERVER_ERROR.message();
  }
}
