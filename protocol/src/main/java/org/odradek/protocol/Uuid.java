package org.odradek.protocol;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * A 128-bit id as Kafka writes it: 16 bytes on the wire, 22 characters of unpadded base64url in
 * text (topic ids, directory ids, KIP-516).
 *
 * @param msb the first eight bytes, big-endian
 * @param lsb the last eight bytes, big-endian
 */
public record Uuid(long msb, long lsb) implements Comparable<Uuid> {
  /** Stands for "no id". */
  public static final Uuid ZERO = new Uuid(0, 0);

  private static final int SIZE_IN_BYTES = 16;
  private static final int TEXT_LENGTH_MAX = 24;

  /**
   * A random (version 4) id whose text does not begin with a dash, so that tools do not take it for
   * an option.
   */
  public static Uuid random(RandomGenerator random) {
    while (true) {
      long msb = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
      long lsb = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
      // the first character holds the six highest bits; 62 is the dash
      if (msb >>> 58 != 62) {
        return new Uuid(msb, lsb);
      }
    }
  }

  /**
   * Parses what {@link #toString} writes.
   *
   * @throws IllegalArgumentException when the text is not the base64url form of 16 bytes
   */
  public static Uuid parse(String text) {
    if (text.length() > TEXT_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "Not an id: '" + text + "' has " + text.length() + " characters, expected 22");
    }
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    if (bytes.length != SIZE_IN_BYTES) {
      throw new IllegalArgumentException(
          "Not an id: '" + text + "' stands for " + bytes.length + " bytes, expected 16");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Uuid(buffer.getLong(), buffer.getLong());
  }

  /** Orders as Kafka does: by the signed first half, then by the signed second half. */
  @Override
  public int compareTo(Uuid other) {
    int byMsb = Long.compare(msb, other.msb);
    return byMsb != 0 ? byMsb : Long.compare(lsb, other.lsb);
  }

  @Override
  public String toString() {
    byte[] bytes = ByteBuffer.allocate(SIZE_IN_BYTES).putLong(msb).putLong(lsb).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
