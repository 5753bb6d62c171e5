package org.odradek.broker.authentication;

/** A JAAS configuration cannot be used. The message says where and what is wrong, no secrets. */
public final class JaasException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JaasException(String message) {
    super(message);
  }

  public JaasException(String message, Throwable cause) {
    super(message, cause);
  }
}
