package org.odradek.broker.authentication;

/** This broker cannot log in to another one. The message says why, and never names a secret. */
public final class SaslLoginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SaslLoginException(String message) {
    super(message);
  }

  public SaslLoginException(String message, Throwable cause) {
    super(message, cause);
  }
}
