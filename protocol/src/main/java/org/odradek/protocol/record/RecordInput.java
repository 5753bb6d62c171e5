package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.compression.DecompressionException;
import org.odradek.protocol.compression.DecompressionLimitException;
import org.odradek.protocol.compression.Decompressor;
import org.odradek.protocol.compression.Lz4Framing;

/**
 * The bytes of the records of one batch, read forwards; from a buffer that holds them all, or from
 * a decompressor of which one piece is held at a time.
 *
 * <p>Running out of bytes is a {@link CorruptRecordsException}, and so is data that does not
 * decompress.
 */
final class RecordInput implements AutoCloseable {
  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  private final @Nullable Decompressor source;
  private ByteBuffer chunk;
  private long consumedBeforeChunk;
  private int chunkStart;

  /** Bytes from the buffer's position to its limit, which do not move. */
  RecordInput(ByteBuffer bytes) {
    this.source = null;
    this.chunk = bytes.duplicate();
    this.chunkStart = chunk.position();
  }

  /** Bytes that the decompressor gives; it is closed with this. */
  RecordInput(Decompressor source) {
    this.source = source;
    this.chunk = EMPTY;
  }

  /** The records of a batch, which {@code body} holds compressed or not. */
  static RecordInput over(CompressionType compression, ByteBuffer body, int maxDecompressedBytes) {
    if (compression == CompressionType.NONE) {
      return new RecordInput(body);
    }
    try {
      return new RecordInput(
          Decompressor.open(compression, body, Lz4Framing.STANDARD, maxDecompressedBytes));
    } catch (DecompressionLimitException e) {
      throw e;
    } catch (DecompressionException e) {
      throw new CorruptRecordsException(e.getMessage(), e);
    }
  }

  /** How many bytes have been read. */
  long position() {
    return consumedBeforeChunk + chunk.position() - chunkStart;
  }

  /** Whether all bytes have been read; reads on to know. */
  boolean atEnd() {
    return !chunk.hasRemaining() && !refill();
  }

  byte readByte() {
    if (!chunk.hasRemaining()) {
      requireMore();
    }
    return chunk.get();
  }

  int readVarint() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte b = readByte();
      if (shift == 28 && (b & 0xf0) != 0) {
        break;
      }
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new CorruptRecordsException("A variable-length integer has more than 32 bits");
  }

  long readVarlong() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte b = readByte();
      if (shift == 63 && (b & 0xfe) != 0) {
        break;
      }
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new CorruptRecordsException("A variable-length integer has more than 64 bits");
  }

  void skip(long length) {
    long rest = length;
    while (rest > chunk.remaining()) {
      rest -= chunk.remaining();
      chunk.position(chunk.limit());
      requireMore();
    }
    chunk.position(chunk.position() + (int) rest);
  }

  /**
   * The next bytes without a copy; only for inputs over a buffer, where they are all at hand.
   *
   * @throws CorruptRecordsException if there are fewer
   */
  ByteBuffer slice(int length) {
    if (length > chunk.remaining()) {
      throw new CorruptRecordsException(
          "A field says it has " + length + " bytes, there are " + chunk.remaining());
    }
    ByteBuffer slice = chunk.slice(chunk.position(), length);
    chunk.position(chunk.position() + length);
    return slice;
  }

  private void requireMore() {
    if (!refill()) {
      throw new CorruptRecordsException(
          "The records end after " + position() + " bytes, too early");
    }
  }

  private boolean refill() {
    if (source == null) {
      return false;
    }
    long consumed = position();
    ByteBuffer next;
    try {
      next = source.nextChunk();
    } catch (DecompressionLimitException e) {
      throw e;
    } catch (DecompressionException e) {
      throw new CorruptRecordsException(e.getMessage(), e);
    }
    if (next == null) {
      return false;
    }
    consumedBeforeChunk = consumed;
    chunk = next;
    chunkStart = next.position();
    return true;
  }

  @Override
  public void close() {
    if (source != null) {
      source.close();
    }
  }
}
