package org.odradek.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes to a buffer from its position on and copies everything into it. The buffer has to be large
 * enough, which {@link Message#sizeInBytes} tells beforehand; when it is not, a {@link
 * java.nio.BufferOverflowException} says so.
 */
public class ByteBufferWriter implements MessageWriter {
  private final ByteBuffer target;

  /**
   * @throws IllegalArgumentException when the buffer is little-endian
   */
  public ByteBufferWriter(ByteBuffer target) {
    if (target.order() != ByteOrder.BIG_ENDIAN) {
      throw new IllegalArgumentException("The protocol is big-endian, the buffer is not");
    }
    this.target = target;
  }

  /** The message alone in a heap buffer of exactly its size, ready to be read. */
  public static ByteBuffer toByteBuffer(Message message, short version) {
    ByteBuffer buffer = ByteBuffer.allocate(message.sizeInBytes(version));
    message.write(new ByteBufferWriter(buffer), version);
    if (buffer.hasRemaining()) {
      throw new IllegalStateException(
          message.getClass().getSimpleName()
              + " version "
              + version
              + " said it takes "
              + buffer.capacity()
              + " bytes, but wrote "
              + buffer.position());
    }
    return buffer.flip();
  }

  /** The buffer that is written to. */
  protected final ByteBuffer target() {
    return target;
  }

  @Override
  public final void writeByte(byte value) {
    target.put(value);
  }

  @Override
  public final void writeShort(short value) {
    target.putShort(value);
  }

  @Override
  public final void writeInt(int value) {
    target.putInt(value);
  }

  @Override
  public final void writeLong(long value) {
    target.putLong(value);
  }

  @Override
  public final void writeRaw(ByteBuffer bytes) {
    int length = bytes.remaining();
    int position = target.position();
    target.put(position, bytes, bytes.position(), length);
    target.position(position + length);
  }

  @Override
  public final void writeRaw(byte[] bytes) {
    target.put(bytes);
  }

  @Override
  public void writeRaw(RecordsPayload payload) {
    payload.writeTo(target);
  }

  @Override
  public final void writeUtf8(String value, int utf8Length) {
    if (utf8Length != value.length()) {
      target.put(value.getBytes(StandardCharsets.UTF_8));
      return;
    }
    // one byte a character: nothing but ASCII, save for lone surrogates, which become '?'
    for (int i = 0; i < utf8Length; i++) {
      char c = value.charAt(i);
      target.put((byte) (c < 0x80 ? c : '?'));
    }
  }
}
