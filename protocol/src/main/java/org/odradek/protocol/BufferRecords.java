package org.odradek.protocol;

import java.nio.ByteBuffer;

/**
 * Records that are a slice of a buffer, from its position to its limit. The buffer is shared, not
 * copied: it is valid as long as what it was sliced from.
 */
public record BufferRecords(ByteBuffer buffer) implements RecordsPayload {
  /** No records at all. */
  public static final BufferRecords EMPTY = new BufferRecords(MessageReader.EMPTY_BYTES);

  @Override
  public int sizeInBytes() {
    return buffer.remaining();
  }

  @Override
  public void writeTo(ByteBuffer target) {
    target.put(buffer.duplicate());
  }

  @Override
  public String toString() {
    return "BufferRecords(" + buffer.remaining() + " bytes)";
  }
}
