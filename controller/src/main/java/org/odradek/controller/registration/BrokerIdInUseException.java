package org.odradek.controller.registration;

/** Another live broker has our id; the message names it and the ways out. */
public final class BrokerIdInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BrokerIdInUseException(String message) {
    super(message);
  }
}
