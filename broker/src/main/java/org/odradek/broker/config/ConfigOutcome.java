package org.odradek.broker.config;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a response says of how something ended.
 *
 * @param message null where nothing failed
 */
record ConfigOutcome(ErrorCode code, @Nullable String message) {
  private static final Logger log = LoggerFactory.getLogger(ConfigOutcome.class);
  private static final ConfigOutcome DONE = new ConfigOutcome(ErrorCode.NONE, null);

  /**
   * The answer that an {@link ApiException} holds; anything else that failed is logged here.
   *
   * @param failure null where nothing failed
   */
  static ConfigOutcome of(@Nullable Throwable failure) {
    if (failure == null) {
      return DONE;
    }
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ApiException expected) {
      return new ConfigOutcome(expected.code(), String.valueOf(expected.getMessage()));
    }
    log.error("A configuration could not be read or changed", cause);
    return new ConfigOutcome(
        ErrorCode.UNKNOWN_SERVER_ERROR, ErrorCode.UNKNOWN_SERVER_ERROR.message());
  }
}
