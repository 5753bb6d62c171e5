package org.odradek.protocol;

/**
 * A request, response, header or log value of the Kafka protocol, in all its versions.
 *
 * <p>The generated classes are mutable and confined to one thread at a time. Fields that a version
 * does not have keep their defaults when it is read. When one is written that holds something else,
 * it is left out if the schema calls it ignorable, and is an {@link UnsupportedVersionException} if
 * not, as in Kafka.
 */
public interface Message {

  short lowestSupportedVersion();

  short highestSupportedVersion();

  /**
   * Exact number of bytes that {@link #write} writes for this version, computed without encoding.
   */
  int sizeInBytes(short version);

  /** How many of {@link #sizeInBytes} are records, which a writer may take by reference. */
  default int recordsSizeInBytes(short version) {
    return 0;
  }

  /**
   * Writes this message in the given version.
   *
   * @throws UnsupportedVersionException when there is no such version, or a field cannot be left
   *     out of it
   * @throws ProtocolException when a field is null that must not be, or a string is too long
   */
  void write(MessageWriter out, short version);
}
