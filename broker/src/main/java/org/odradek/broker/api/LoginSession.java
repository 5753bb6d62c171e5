package org.odradek.broker.api;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;

/** The login by SASL on one connection. Only on the connection's event loop. */
public interface LoginSession {

  /**
   * The answer to the choice of a mechanism.
   *
   * @param mechanisms those that can be chosen
   */
  record HandshakeAnswer(ErrorCode error, List<String> mechanisms) {}

  /**
   * The answer to a token.
   *
   * @param message for the client, null without an error
   * @param token empty where the mechanism has none
   * @param lifetimeMs how long the client may go on before it has to authenticate again; 0 for ever
   */
  record TokenAnswer(ErrorCode error, @Nullable String message, byte[] token, long lifetimeMs) {}

  /**
   * The client chooses a mechanism; where it cannot be, the connection is closed after the answer.
   *
   * @param isFramed whether tokens come in SaslAuthenticate requests (SaslHandshake from version 1
   *     on), or as they are
   */
  HandshakeAnswer handshake(String mechanism, boolean isFramed);

  /**
   * The client sends a token. The answer to a wrong one comes later, and the connection is closed
   * after it.
   */
  void authenticate(byte[] token, Consumer<TokenAnswer> answer);
}
