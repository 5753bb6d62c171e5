package org.odradek.protocol;

/** A request, response, header or log value of the Kafka protocol, in all its versions. */
public interface Message {

  short lowestSupportedVersion();

  short highestSupportedVersion();

  /**
   * Exact number of bytes that {@link #write} writes for this version, computed without encoding.
   */
  int sizeInBytes(short version);

  /** Writes this message in the given version. */
  void write(MessageWriter out, short version);
}
