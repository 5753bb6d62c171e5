package org.odradek.protocol;

/**
 * A version that a message does not have, or a field that holds something other than its default
 * and cannot be left out although the version has no place for it.
 */
public final class UnsupportedVersionException extends ProtocolException {
  private static final long serialVersionUID = 1L;

  public UnsupportedVersionException(String message) {
    super(message);
  }
}
