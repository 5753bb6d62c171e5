package org.odradek.protocol.compression;

/** Which header checksum an lz4 frame has (KIP-57). */
public enum Lz4Framing {
  /** The checksum of the lz4 frame format, over the descriptor alone. Magic 1 and 2. */
  STANDARD,
  /**
   * The checksum that the first Kafka clients wrote, over the frame's magic number too. Written for
   * magic 0, where old clients check for it; when read, either checksum is accepted.
   */
  LEGACY_CHECKSUM
}
