package org.odradek.broker.authentication;

import org.jspecify.annotations.Nullable;

/**
 * One login, from the client's side.
 *
 * <p>Thread-safety: none; used by one thread at a time. That is an event loop, and it must not
 * wait, unless its mechanism has an {@link SaslClientMechanism#executor}.
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

  /**
   * Lets go of keys and the like. Called once, when the login is over, one way or the other;
   * nothing else is called afterwards.
   */
  default void dispose() {}
}
