package org.odradek.broker.authentication;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext.Principal;

/**
 * Delegation tokens as credentials: a client logs in by SCRAM with the token's id as its name and
 * the token's HMAC, in base64, as its password, and says {@code tokenauth=true} (KIP-48).
 *
 * <p>Thread-safety: any thread, and nothing waits for anything but arithmetic.
 */
@FunctionalInterface
public interface TokenLogins {
  /**
   * Of the credentials of all tokens: fewer make guessing too cheap, and tokens are not guessed.
   */
  int ITERATIONS = ScramHash.ITERATIONS_MIN;

  /** The length of their salts. */
  int SALT_BYTES = 24;

  /** No tokens. */
  TokenLogins NONE = (tokenId, hash) -> null;

  /**
   * What a token stands for.
   *
   * @param owner who the client is then
   * @param expiresAtMs ms since 1970
   */
  record TokenLogin(ScramCredential credential, Principal owner, long expiresAtMs) {}

  /** Null when there is no such token, or it has expired. */
  @Nullable TokenLogin find(String tokenId, ScramHash hash);

  /**
   * Where a token is to be looked for if its credential has to be made first, which takes
   * milliseconds; null if not.
   */
  default @Nullable Executor executor(String tokenId, ScramHash hash) {
    return null;
  }
}
