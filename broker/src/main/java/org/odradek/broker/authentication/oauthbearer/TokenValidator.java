package org.odradek.broker.authentication.oauthbearer;

/** Says whether a token is valid. Thread-safety: any thread; nothing blocks. */
@FunctionalInterface
public interface TokenValidator {

  /**
   * @param token as the client sent it
   */
  BearerToken validate(String token) throws TokenRefusedException;
}
