package org.odradek.protocol.compression;

/** Compressed data that its codec cannot read: torn, changed, or of another format. */
public class DecompressionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DecompressionException(String message) {
    super(message);
  }

  public DecompressionException(String message, Throwable cause) {
    super(message, cause);
  }
}
