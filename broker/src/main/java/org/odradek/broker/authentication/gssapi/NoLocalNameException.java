package org.odradek.broker.authentication.gssapi;

/** No rule makes a user's name of a principal. The message says which, for the log. */
public final class NoLocalNameException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoLocalNameException(String message) {
    super(message);
  }
}
