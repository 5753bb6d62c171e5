package org.odradek.protocol;

/**
 * Bytes that are not what the protocol says they must be, or a message that cannot be written in
 * the version asked for. The message names the field, the position and both values.
 */
public class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ProtocolException(String message) {
    super(message);
  }

  /** A field that must not be null in this version. */
  public static ProtocolException nullNotAllowed(String field, short version) {
    return new ProtocolException(field + " is null, but must not be in version " + version);
  }
}
