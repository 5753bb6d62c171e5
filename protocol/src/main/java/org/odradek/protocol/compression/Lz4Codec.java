package org.odradek.protocol.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;
import org.jspecify.annotations.Nullable;

/**
 * The lz4 frame format with independent blocks, little-endian.
 *
 * <pre>
 *  magic 0x184D2204 (4) | FLG (1) | BD (1) | content size (0 or 8) | header checksum (1)
 *  block: length, highest bit = stored plain (4) | data | block checksum (0 or 4)
 *  ...
 *  end mark: length 0 (4) | content checksum (0 or 4)
 * </pre>
 *
 * <p>Written as Kafka clients do: blocks of 64 KiB, no checksums but that of the header, no content
 * size. When read, block checksums are verified and the content checksum is passed over, as Kafka
 * does: the batch has its own.
 */
final class Lz4Codec {
  /** Means the fast compressor; every other level is one of the high compressor. */
  static final int DEFAULT_LEVEL = 9;

  private static final int MAGIC = 0x184D2204;
  private static final int FLG_VERSION_1 = 1 << 6;
  private static final int FLG_VERSION_MASK = 3 << 6;
  private static final int FLG_BLOCK_INDEPENDENCE = 1 << 5;
  private static final int FLG_BLOCK_CHECKSUM = 1 << 4;
  private static final int FLG_CONTENT_SIZE = 1 << 3;
  private static final int FLG_CONTENT_CHECKSUM = 1 << 2;
  private static final int FLG_RESERVED = 0x03;
  private static final int BD_RESERVED = 0x8f;
  private static final int BLOCK_SIZE_64K = 4;
  private static final int STORED_PLAIN = 0x80000000;
  private static final int BLOCK_BYTES = 64 * 1024;
  private static final int HEADER_BYTES = 7;

  /** Above the highest ratio of the format: a length byte of 255 stands for 255 bytes. */
  private static final long MAX_RATIO = 256;

  private static final XXHash32 CHECKSUM = XXHashFactory.fastestInstance().hash32();

  private Lz4Codec() {}

  static ByteBuffer compress(ByteBuffer plain, int level, int headroom, Lz4Framing framing) {
    LZ4Factory factory = LZ4Factory.fastestInstance();
    LZ4Compressor compressor =
        level == DEFAULT_LEVEL ? factory.fastCompressor() : factory.highCompressor(level);
    HeapBytes in = HeapBytes.of(plain);
    int blocks = (in.length() + BLOCK_BYTES - 1) / BLOCK_BYTES;
    int blockMost = compressor.maxCompressedLength(BLOCK_BYTES);
    long most =
        (long) headroom
            + HEADER_BYTES
            + blocks * (long) (Integer.BYTES + blockMost)
            + Integer.BYTES;
    byte[] array = new byte[Math.toIntExact(most)];
    ByteBuffer out = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN).position(headroom);
    out.putInt(MAGIC);
    out.put((byte) (FLG_VERSION_1 | FLG_BLOCK_INDEPENDENCE));
    out.put((byte) (BLOCK_SIZE_64K << 4));
    int checksumFrom = framing == Lz4Framing.LEGACY_CHECKSUM ? headroom : headroom + Integer.BYTES;
    out.put(headerChecksum(out, checksumFrom, out.position()));
    for (int done = 0; done < in.length(); done += BLOCK_BYTES) {
      int length = Math.min(BLOCK_BYTES, in.length() - done);
      int at = out.position() + Integer.BYTES;
      int compressed =
          compressor.compress(in.array(), in.offset() + done, length, array, at, blockMost);
      if (compressed < length) {
        out.putInt(compressed).position(at + compressed);
      } else {
        out.putInt(length | STORED_PLAIN).put(in.array(), in.offset() + done, length);
      }
    }
    return out.putInt(0).flip().order(ByteOrder.BIG_ENDIAN);
  }

  private static byte headerChecksum(ByteBuffer buffer, int from, int to) {
    return (byte) (CHECKSUM.hash(buffer, from, to - from, 0) >> 8);
  }

  static final class Lz4Decompressor extends Decompressor {
    private final LZ4SafeDecompressor decompressor =
        LZ4Factory.fastestInstance().safeDecompressor();
    private final ByteBuffer input;
    private final Lz4Framing framing;
    private final byte[] pooledChunk = ChunkPool.take();
    private byte[] chunk = pooledChunk;
    private boolean inFrame;
    private boolean blockChecksums;
    private boolean contentChecksum;
    private int maxBlockBytes;
    private boolean closed;

    Lz4Decompressor(ByteBuffer input, Lz4Framing framing, int limitBytes) {
      super(CompressionType.LZ4, input.remaining(), limitBytes);
      this.input = input.order(ByteOrder.LITTLE_ENDIAN);
      this.framing = framing;
    }

    @Override
    @Nullable ByteBuffer decode() {
      while (true) {
        if (!inFrame) {
          if (!input.hasRemaining()) {
            return null;
          }
          readHeader();
        }
        int lengthField = readInt();
        if (lengthField == 0) {
          if (contentChecksum) {
            readInt();
          }
          inFrame = false;
        } else {
          ByteBuffer block = readBlock(lengthField);
          if (block.hasRemaining()) {
            return block;
          }
        }
      }
    }

    private void readHeader() {
      int start = input.position();
      if (input.remaining() < HEADER_BYTES) {
        throw broken("there are " + input.remaining() + " bytes where a frame should begin");
      }
      int magic = input.getInt();
      if (magic != MAGIC) {
        throw broken("its magic number is " + Integer.toHexString(magic));
      }
      int flags = input.get();
      int blockDescriptor = input.get();
      if ((flags & FLG_VERSION_MASK) != FLG_VERSION_1
          || (flags & FLG_BLOCK_INDEPENDENCE) == 0
          || (flags & FLG_RESERVED) != 0
          || (blockDescriptor & BD_RESERVED) != 0
          || blockDescriptor >> 4 < BLOCK_SIZE_64K) {
        throw broken(
            "its frame descriptor is %02x %02x, which is not supported"
                .formatted(flags, blockDescriptor));
      }
      blockChecksums = (flags & FLG_BLOCK_CHECKSUM) != 0;
      contentChecksum = (flags & FLG_CONTENT_CHECKSUM) != 0;
      maxBlockBytes = 1 << (2 * (blockDescriptor >> 4) + 8);
      if ((flags & FLG_CONTENT_SIZE) != 0) {
        requireRemaining(Long.BYTES);
        input.position(input.position() + Long.BYTES);
      }
      requireRemaining(1);
      int end = input.position();
      byte stored = input.get();
      boolean matches =
          stored == headerChecksum(input, start + Integer.BYTES, end)
              || (framing == Lz4Framing.LEGACY_CHECKSUM
                  && stored == headerChecksum(input, start, end));
      if (!matches) {
        throw broken("the checksum of its frame descriptor differs");
      }
      inFrame = true;
    }

    private ByteBuffer readBlock(int lengthField) {
      boolean plain = (lengthField & STORED_PLAIN) != 0;
      int length = lengthField & ~STORED_PLAIN;
      if (length > maxBlockBytes) {
        throw broken("a block has " + length + " bytes, its frame allows " + maxBlockBytes);
      }
      requireRemaining(length);
      int start = input.position();
      input.position(start + length);
      if (blockChecksums && readInt() != CHECKSUM.hash(input, start, length, 0)) {
        throw broken("the checksum of a block differs");
      }
      return plain ? input.slice(start, length) : expand(start, length);
    }

    private ByteBuffer expand(int start, int length) {
      int most = (int) Math.min(maxBlockBytes, MAX_RATIO * length);
      if (most > chunk.length) {
        chunk = new byte[most];
      }
      try {
        int expanded =
            decompressor.decompress(input, start, length, ByteBuffer.wrap(chunk), 0, most);
        return ByteBuffer.wrap(chunk, 0, expanded);
      } catch (LZ4Exception e) {
        throw broken("a block of " + length + " bytes does not decompress", e);
      }
    }

    private int readInt() {
      requireRemaining(Integer.BYTES);
      return input.getInt();
    }

    private void requireRemaining(int length) {
      if (input.remaining() < length) {
        throw broken("it ends too early");
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        ChunkPool.giveBack(pooledChunk);
      }
    }
  }
}
