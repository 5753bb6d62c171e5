package org.odradek.broker.authentication.oauthbearer;

/**
 * A token is not accepted. The message says why, and holds no part of the token that would be of
 * use to anybody.
 */
public final class TokenRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The token is malformed, wrongly signed, expired, or for somebody else (RFC 6750). */
  static final String INVALID_TOKEN = "invalid_token";

  /** The token does not give the rights that are asked for. */
  static final String INSUFFICIENT_SCOPE = "insufficient_scope";

  private final String status;

  TokenRefusedException(String message) {
    this(INVALID_TOKEN, message);
  }

  TokenRefusedException(String status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** What the client is told, and no more. */
  public String status() {
    return status;
  }
}
