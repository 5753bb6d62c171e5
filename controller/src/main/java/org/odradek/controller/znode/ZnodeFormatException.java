package org.odradek.controller.znode;

/** A znode holds something that is not what its path promises; the message quotes it. */
public final class ZnodeFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ZnodeFormatException(String message) {
    super(message);
  }

  public ZnodeFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
