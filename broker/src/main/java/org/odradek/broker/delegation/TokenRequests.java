package org.odradek.broker.delegation;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
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

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
