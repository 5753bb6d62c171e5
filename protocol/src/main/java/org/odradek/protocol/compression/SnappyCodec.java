package org.odradek.protocol.compression;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/**
 * snappy in the framing of the xerial stream, which is what Kafka clients write: a header of 16
 * bytes, then blocks of a length and as many bytes. A single snappy block without any framing is
 * read too, as xerial does; some clients send that.
 *
 * <pre>
 *  +------+-----+-----+-----+-----+-----+-----+-----+------------+------------+
 *  | 0x82 |  S  |  N  |  A  |  P  |  P  |  Y  |  0  | version=1  | minimum=1  |
 *  +------+-----+-----+-----+-----+-----+-----+-----+------------+------------+
 *  | block length (4)       | block ...                                       |
 *  +------------------------+-------------------------------------------------+
 * </pre>
 */
final class SnappyCodec {
  private static final long MAGIC = 0x82534e4150505900L;
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 16;

  /** What Kafka clients put into one block. */
  private static final int BLOCK_BYTES = 32 * 1024;

  /** Above the highest ratio of the format, which is 64 bytes out of a copy element of 3. */
  private static final long MAX_RATIO = 22;

  private SnappyCodec() {}

  static ByteBuffer compress(ByteBuffer plain, int headroom) {
    HeapBytes in = HeapBytes.of(plain);
    int blocks = (in.length() + BLOCK_BYTES - 1) / BLOCK_BYTES;
    long most =
        (long) headroom
            + HEADER_BYTES
            + blocks * (long) (Integer.BYTES + Snappy.maxCompressedLength(BLOCK_BYTES));
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(most));
    out.position(headroom).putLong(MAGIC).putInt(VERSION).putInt(VERSION);
    try {
      for (int done = 0; done < in.length(); done += BLOCK_BYTES) {
        int length = Math.min(BLOCK_BYTES, in.length() - done);
        int at = out.position() + Integer.BYTES;
        int compressed = Snappy.compress(in.array(), in.offset() + done, length, out.array(), at);
        out.putInt(compressed).position(at + compressed);
      }
    } catch (IOException e) {
      throw new IllegalStateException("snappy refused to compress " + in.length() + " bytes", e);
    }
    return out.flip();
  }

  static final class SnappyDecompressor extends Decompressor {
    private final HeapBytes input;
    private final int end;
    private int position;
    private boolean framed;
    private byte[] chunk = ChunkPool.take();
    private boolean closed;

    SnappyDecompressor(ByteBuffer source, int limitBytes) {
      super(CompressionType.SNAPPY, source.remaining(), limitBytes);
      framed = source.remaining() >= HEADER_BYTES && source.getLong(source.position()) == MAGIC;
      if (framed) {
        int minimumVersion = source.getInt(source.position() + 12);
        if (minimumVersion > VERSION) {
          close();
          throw broken("it needs a reader of version " + minimumVersion + ", this is 1");
        }
      }
      input = HeapBytes.of(source);
      end = input.offset() + input.length();
      position = input.offset() + (framed ? HEADER_BYTES : 0);
    }

    @Override
    @Nullable ByteBuffer decode() {
      while (position < end) {
        int length = nextBlockLength();
        int blockStart = position;
        position += length;
        int expanded = expand(blockStart, length);
        if (expanded > 0) {
          return ByteBuffer.wrap(chunk, 0, expanded);
        }
      }
      return null;
    }

    private int nextBlockLength() {
      if (!framed) {
        return end - position;
      }
      if (end - position < Integer.BYTES) {
        throw broken("it ends within a block length");
      }
      ByteBuffer buffer = ByteBuffer.wrap(input.array());
      // A stream appended to a stream brings its header again.
      if (end - position >= HEADER_BYTES && buffer.getLong(position) == MAGIC) {
        position += HEADER_BYTES;
        return 0;
      }
      int length = buffer.getInt(position);
      position += Integer.BYTES;
      if (length <= 0 || length > end - position) {
        throw broken("a block has " + length + " bytes of " + (end - position) + " left");
      }
      return length;
    }

    private int expand(int blockStart, int length) {
      if (length == 0) {
        return 0;
      }
      try {
        int expanded = Snappy.uncompressedLength(input.array(), blockStart, length);
        if (expanded < 0 || expanded > MAX_RATIO * length) {
          throw broken("a block of " + length + " bytes says it expands to " + expanded);
        }
        if (expanded > remainingAllowance()) {
          throw limitPassed();
        }
        if (expanded > chunk.length) {
          ChunkPool.giveBack(chunk);
          chunk = new byte[expanded];
        }
        return Snappy.uncompress(input.array(), blockStart, length, chunk, 0);
      } catch (IOException e) {
        throw broken("a block of " + length + " bytes does not decompress", e);
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        ChunkPool.giveBack(chunk);
      }
    }
  }
}
