package org.odradek.broker.authentication;

import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext.Principal;

/**
 * One login, from the server's side.
 *
 * <p>Thread-safety: none; used by one thread at a time. That is the connection's event loop, and it
 * must not wait, unless its mechanism, or it itself for a token, has an {@link
 * SaslMechanism#executor}.
 */
public interface SaslExchange {

  /**
   * Takes the client's next token. After anything but {@link Challenge} it is not called again. An
   * exception counts as a defect: the login fails, and the client is not told why.
   */
  Step evaluate(byte[] token);

  /**
   * Where this token is to be judged, as it takes longer than usual; null for where all of them
   * are.
   */
  default @Nullable Executor executor(byte[] token) {
    return null;
  }

  /** What a token of the client leads to. */
  sealed interface Step {}

  /** The client has to send another token. */
  record Challenge(byte[] token) implements Step {}

  /**
   * The client is who it says.
   *
   * @param token the last one of the server, empty where the mechanism has none
   */
  record Done(byte[] token, Identity identity) implements Step {}

  /**
   * The client is not let in.
   *
   * @param claimedName who it wanted to be, as far as it has said; for the log
   * @param toClient the message of SaslAuthenticate's answer: tells nothing that would help to
   *     guess
   * @param toLog why; never with a secret in it
   */
  record Failed(@Nullable String claimedName, String toClient, String toLog) implements Step {}

  /**
   * Nothing can be said about the client, and he is not answered: the connection ends, so that he
   * tries again.
   *
   * @param toLog why; never with a secret in it
   */
  record Unjudged(@Nullable String claimedName, String toLog) implements Step {}

  /**
   * Who logged in.
   *
   * @param byDelegationToken such a session can do nothing with delegation tokens
   * @param expiresAtMs when what the client has shown ceases to be valid, in ms since 1970; the
   *     connection lives no longer unless the client authenticates again (KIP-368)
   */
  record Identity(Principal principal, boolean byDelegationToken, OptionalLong expiresAtMs) {

    /** A user whose credentials do not expire. */
    public static Identity ofUser(String name) {
      return new Identity(new Principal("User", name), false, OptionalLong.empty());
    }
  }
}
