package org.odradek.protocol.compression;

import java.nio.ByteBuffer;

/** What a buffer holds, as a range of an array: its own array if it has one, else a copy. */
record HeapBytes(byte[] array, int offset, int length) {

  static HeapBytes of(ByteBuffer buffer) {
    if (buffer.hasArray()) {
      return new HeapBytes(
          buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
    }
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(buffer.position(), copy);
    return new HeapBytes(copy, 0, copy.length);
  }
}
