package org.odradek.protocol.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * gzip members (RFC 1952) around the deflate of the JDK. One member is written; several in a row
 * are read, as the JDK's own stream does.
 */
final class GzipCodec {
  private static final int MAX_IDLE_INFLATERS = 16;
  private static final RecyclingPool<Inflater> INFLATERS =
      new RecyclingPool<>(MAX_IDLE_INFLATERS, () -> new Inflater(true), Inflater::end);

  private static final int HEADER_BYTES = 10;
  private static final int TRAILER_BYTES = 8;
  private static final short MAGIC = (short) 0x8b1f;
  private static final byte METHOD_DEFLATE = 8;
  private static final int FLAG_HEADER_CRC = 1 << 1;
  private static final int FLAG_EXTRA = 1 << 2;
  private static final int FLAG_NAME = 1 << 3;
  private static final int FLAG_COMMENT = 1 << 4;

  private GzipCodec() {}

  static ByteBuffer compress(ByteBuffer plain, int level, int headroom) {
    HeapBytes in = HeapBytes.of(plain);
    Deflater deflater = new Deflater(level, true);
    try {
      deflater.setInput(in.array(), in.offset(), in.length());
      deflater.finish();
      byte[] out = new byte[headroom + HEADER_BYTES + TRAILER_BYTES + 64 + in.length() / 2];
      out[headroom] = 0x1f;
      out[headroom + 1] = (byte) 0x8b;
      out[headroom + 2] = METHOD_DEFLATE;
      out[headroom + 9] = (byte) 0xff; // operating system: unknown
      int length = headroom + HEADER_BYTES;
      while (!deflater.finished()) {
        if (length + TRAILER_BYTES == out.length) {
          out = java.util.Arrays.copyOf(out, Math.addExact(out.length, out.length));
        }
        length += deflater.deflate(out, length, out.length - TRAILER_BYTES - length);
      }
      CRC32 crc = new CRC32();
      crc.update(in.array(), in.offset(), in.length());
      ByteBuffer buffer = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
      buffer.putInt(length, (int) crc.getValue());
      buffer.putInt(length + 4, in.length());
      return buffer.order(ByteOrder.BIG_ENDIAN).limit(length + TRAILER_BYTES);
    } finally {
      deflater.end();
    }
  }

  static final class GzipDecompressor extends Decompressor {
    private final ByteBuffer input;
    private final Inflater inflater = INFLATERS.take();
    private final byte[] chunk = ChunkPool.take();
    private final CRC32 crc = new CRC32();
    private boolean inMember;
    private boolean closed;

    GzipDecompressor(ByteBuffer input, int limitBytes) {
      super(CompressionType.GZIP, input.remaining(), limitBytes);
      this.input = input.order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    @Nullable ByteBuffer decode() {
      try {
        while (true) {
          if (!inMember) {
            if (!input.hasRemaining()) {
              return null;
            }
            readHeader();
          }
          int length = inflate();
          if (length > 0) {
            crc.update(chunk, 0, length);
            return ByteBuffer.wrap(chunk, 0, length);
          }
          readTrailer();
        }
      } catch (DataFormatException e) {
        throw broken("it does not inflate", e);
      }
    }

    /** Bytes put into the chunk; 0 at the end of the member. */
    private int inflate() throws DataFormatException {
      while (!inflater.finished()) {
        int length = inflater.inflate(chunk);
        if (length > 0) {
          return length;
        }
        if (inflater.needsDictionary() || (inflater.needsInput() && !inflater.finished())) {
          throw broken("it ends too early");
        }
      }
      return 0;
    }

    private void readHeader() {
      if (input.remaining() < HEADER_BYTES) {
        throw broken("there are " + input.remaining() + " bytes where a header should be");
      }
      if (input.getShort() != MAGIC || input.get() != METHOD_DEFLATE) {
        throw broken("it does not begin as gzip does");
      }
      int flags = input.get();
      skip(HEADER_BYTES - 4);
      if ((flags & FLAG_EXTRA) != 0) {
        skip(Short.BYTES);
        skip(Short.toUnsignedInt(input.getShort(input.position() - Short.BYTES)));
      }
      if ((flags & FLAG_NAME) != 0) {
        skipText();
      }
      if ((flags & FLAG_COMMENT) != 0) {
        skipText();
      }
      if ((flags & FLAG_HEADER_CRC) != 0) {
        skip(Short.BYTES);
      }
      inflater.reset();
      inflater.setInput(input);
      crc.reset();
      inMember = true;
    }

    private void readTrailer() {
      if (input.remaining() < TRAILER_BYTES) {
        throw broken("it ends too early");
      }
      int storedCrc = input.getInt();
      int storedLength = input.getInt();
      if (storedCrc != (int) crc.getValue()) {
        throw broken(
            "its checksum is "
                + Integer.toHexString(storedCrc)
                + ", its data says "
                + Long.toHexString(crc.getValue()));
      }
      if (storedLength != (int) inflater.getBytesWritten()) {
        throw broken(
            "its length is " + storedLength + ", it expands to " + inflater.getBytesWritten());
      }
      inMember = false;
    }

    private void skip(int length) {
      if (input.remaining() < length) {
        throw broken("its header ends too early");
      }
      input.position(input.position() + length);
    }

    private void skipText() {
      do {
        skip(1);
      } while (input.get(input.position() - 1) != 0);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        inflater.reset(); // lets go of the input
        INFLATERS.giveBack(inflater);
        ChunkPool.giveBack(chunk);
      }
    }
  }
}
