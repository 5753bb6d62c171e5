package org.odradek.broker.main;

/**
 * The broker cannot start, for a reason that the person who starts it can do something about; the
 * message is one line that says what, where, and how to mend it.
 */
final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message);
  }

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
