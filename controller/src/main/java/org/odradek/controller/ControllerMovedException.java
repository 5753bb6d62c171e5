package org.odradek.controller;

/** Another broker is the controller now: a write found another {@code /controller_epoch}. */
public final class ControllerMovedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ControllerMovedException(String message) {
    super(message);
  }
}
