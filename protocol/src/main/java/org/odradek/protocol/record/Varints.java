package org.odradek.protocol.record;

import java.nio.ByteBuffer;

/** Zigzag variable-length integers as records of magic 2 hold them. */
final class Varints {

  private Varints() {}

  static void writeVarint(ByteBuffer target, int value) {
    int rest = (value << 1) ^ (value >> 31);
    while ((rest & ~0x7f) != 0) {
      target.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    target.put((byte) rest);
  }

  static void writeVarlong(ByteBuffer target, long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      target.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    target.put((byte) rest);
  }

  /** 1 to 5. */
  static int sizeOfVarint(int value) {
    int zigzag = (value << 1) ^ (value >> 31);
    return (38 - Integer.numberOfLeadingZeros(zigzag | 1)) / 7;
  }

  /** 1 to 10. */
  static int sizeOfVarlong(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    return (70 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
  }
}
