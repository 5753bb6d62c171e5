package org.odradek.broker.delegation;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.RequestContext;
import org.odradek.protocol.ErrorCode;

/** What holds for all requests about delegation tokens. */
final class TokenRequests {
  /** Stands in the place of a time in answers that have none. */
  static final long NO_TIMESTAMP = -1;

  /** From this version on answers name who asked for a token; earlier ones have no place for it. */
  static final short REQUESTER_VERSION = 3;

  private TokenRequests() {}

  /**
   * Only who has said who he is, and not by such a token, may ask: else a token that got lost could
   * be made to live on, or be shown to whoever listens.
   */
  static boolean areAllowed(RequestContext context) {
    return context.session().isAuthenticated() && !context.session().isTokenAuthenticated();
  }

  /** NONE if the request can be served. */
  static ErrorCode refusal(RequestContext context, @Nullable DelegationTokens tokens) {
    if (!areAllowed(context)) {
      return ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED;
    }
    return tokens == null ? ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED : ErrorCode.NONE;
  }

  /** Takes the answer to a request that changes when a token expires. */
  interface ExpiryAnswer {
    void tell(ErrorCode code, long expiryTimestampMs);
  }

  /**
   * Changes when a token expires, if that is allowed; the answer has {@link #NO_TIMESTAMP} where it
   * did not work.
   */
  static void moveExpiry(
      RequestContext context,
      @Nullable DelegationTokens tokens,
      Function<DelegationTokens, CompletableFuture<Long>> move,
      ExpiryAnswer answer) {
    ErrorCode refusal = refusal(context, tokens);
    if (refusal != ErrorCode.NONE || tokens == null) {
      answer.tell(refusal, NO_TIMESTAMP);
      return;
    }
    move.apply(tokens)
        .whenComplete((@Nullable Long expiryTimestampMs, @Nullable Throwable failure) -> {
          if (expiryTimestampMs != null) {
            answer.tell(ErrorCode.NONE, expiryTimestampMs);
          } else {
            answer.tell(
                failure == null ? ErrorCode.UNKNOWN_SERVER_ERROR : ApiException.codeOf(failure),
                NO_TIMESTAMP);
          }
        });
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
