package org.odradek.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes to a buffer, but takes records by reference: a list says which payload belongs before
 * which position of the buffer. The buffer needs {@link Message#sizeInBytes} less {@link
 * Message#recordsSizeInBytes} bytes.
 */
public final class GatheringWriter extends ByteBufferWriter {

  /**
   * A payload to be sent between two bytes of the buffer.
   *
   * @param position index of the first byte of the buffer that comes after the payload
   */
  public record Insert(int position, RecordsPayload payload) {}

  private final List<Insert> inserts = new ArrayList<>(2);

  public GatheringWriter(ByteBuffer target) {
    super(target);
  }

  /** In the order of their positions; empty payloads are left out. */
  public List<Insert> inserts() {
    return inserts;
  }

  @Override
  public void writeRaw(RecordsPayload payload) {
    if (payload.sizeInBytes() > 0) {
      inserts.add(new Insert(target().position(), payload));
    }
  }
}
