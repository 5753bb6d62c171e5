package org.odradek.broker.authentication;

import org.jspecify.annotations.Nullable;

/**
 * One login, from the client's side.
 *
 * <p>Thread-safety: none; used on one event loop, so that it must not wait.
 */
public interface SaslClientExchange {

  /** What the client sends first, unasked; may be empty. */
  byte[] firstToken();

  /**
   * Takes what the server answers to the last token.
   *
   * @return the next token, null when this side has nothing more to say
   * @throws SaslLoginException if the server does not prove what it must
   */
  byte @Nullable [] evaluate(byte[] challenge);

  /** Whether the server has shown all that the mechanism wants from it. */
  boolean isComplete();
}
