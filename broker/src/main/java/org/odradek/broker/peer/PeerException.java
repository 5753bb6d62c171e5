package org.odradek.broker.peer;

/**
 * A request to another broker got no answer. The message names the broker and the cause; what to do
 * about it is to try again later.
 */
public final class PeerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why there is no answer. */
  public enum Reason {
    /** There is no such broker alive, or it has no listener for brokers. */
    UNKNOWN_BROKER,
    /** No connection could be made; the request was not sent. */
    NOT_CONNECTED,
    /** The other side did not let this broker in; the request was not sent. */
    NOT_LOGGED_IN,
    /** The connection broke; whether the request was obeyed is not known. */
    DISCONNECTED,
    /** No answer came in time; whether the request was obeyed is not known. */
    TIMED_OUT,
    /** The answer cannot be understood, or is too large. */
    BAD_RESPONSE,
    /** Too many requests wait for their answers already. */
    TOO_MANY_REQUESTS,
    /** The request cannot be written in this version; a defect of this broker. */
    BAD_REQUEST,
    /** This side has closed the channel. */
    CLOSED
  }

  private final Reason reason;

  public PeerException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public PeerException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
