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

  /** A field that holds something the version has no place for, and may not be left out. */
  public static UnsupportedVersionException noPlaceFor(String field, short version) {
    return new UnsupportedVersionException(
        field + " is not at its default, but version " + version + " has no place for it");
  }

  /** Tagged fields in a version that has none. */
  public static UnsupportedVersionException noTaggedFields(String struct, short version) {
    return new UnsupportedVersionException(
        struct + " has tagged fields, but version " + version + " has no place for them");
  }

  /**
   * @throws UnsupportedVersionException when the version is not between the two, both inclusive
   */
  public static void requireVersion(String message, short version, short lowest, short highest) {
    if (version < lowest || version > highest) {
      throw new UnsupportedVersionException(
          message + " has the versions " + lowest + " to " + highest + ", not " + version);
    }
  }
}
