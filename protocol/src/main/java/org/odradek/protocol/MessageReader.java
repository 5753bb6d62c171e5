package org.odradek.protocol;

import java.nio.ByteBuffer;

/** Where a message is read from: the bytes of one frame. */
public final class MessageReader {
  private final ByteBuffer buffer;

  public MessageReader(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  public int remaining() {
    return buffer.remaining();
  }
}
