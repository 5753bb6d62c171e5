package org.odradek.protocol.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** zstd frames (RFC 8878), one written, several in a row read. Native contexts are recycled. */
final class ZstdCodec {
  private static final int MAX_IDLE_CONTEXTS = 16;
  private static final RecyclingPool<ZstdCompressCtx> COMPRESSORS =
      new RecyclingPool<>(MAX_IDLE_CONTEXTS, ZstdCompressCtx::new, ZstdCompressCtx::close);
  private static final RecyclingPool<ZstdDecompressCtx> DECOMPRESSORS =
      new RecyclingPool<>(MAX_IDLE_CONTEXTS, ZstdDecompressCtx::new, ZstdDecompressCtx::close);

  /** A compressor above this level holds tens of megabytes; it is not kept. */
  private static final int MAX_RECYCLED_LEVEL = 6;

  /**
   * A decompressor holds as much as the largest window it has filled. The window is reserved when a
   * frame declares it (at most 128 MiB) but takes memory only as it is filled, which the limit of
   * decompressed bytes bounds. One that has produced more than this is not kept.
   */
  private static final long MAX_RECYCLED_WINDOW_BYTES = 8 * 1024 * 1024;

  private ZstdCodec() {}

  static ByteBuffer compress(ByteBuffer plain, int level, int headroom) {
    HeapBytes in = HeapBytes.of(plain);
    byte[] out =
        new byte[Math.toIntExact(Math.addExact(headroom, Zstd.compressBound(in.length())))];
    ZstdCompressCtx context = COMPRESSORS.take();
    int length;
    try {
      context.setLevel(level);
      length =
          context.compressByteArray(
              out, headroom, out.length - headroom, in.array(), in.offset(), in.length());
    } catch (RuntimeException | Error e) {
      context.close();
      throw e;
    }
    if (level > MAX_RECYCLED_LEVEL) {
      context.close();
    } else {
      COMPRESSORS.giveBack(context);
    }
    return ByteBuffer.wrap(out, 0, headroom + length);
  }

  static final class ZstdDecompressor extends Decompressor {
    private final ByteBuffer input;
    private final ZstdDecompressCtx context;
    private final byte[] chunk = ChunkPool.take();
    private boolean frameEnded = true;
    private boolean failed;
    private long contextBytes;
    private boolean closed;

    ZstdDecompressor(ByteBuffer source, int limitBytes) {
      super(CompressionType.ZSTD, source.remaining(), limitBytes);
      HeapBytes copy = source.isDirect() ? null : HeapBytes.of(source);
      input = copy == null ? source : ByteBuffer.wrap(copy.array(), copy.offset(), copy.length());
      context = DECOMPRESSORS.take();
      context.reset();
    }

    @Override
    @Nullable ByteBuffer decode() {
      ByteBuffer target = ByteBuffer.wrap(chunk);
      try {
        while (target.position() == 0) {
          if (frameEnded && !input.hasRemaining()) {
            return null;
          }
          int before = input.position();
          frameEnded = context.decompressByteBufferStream(target, input);
          if (!frameEnded && target.position() == 0 && input.position() == before) {
            throw broken("it ends too early");
          }
        }
      } catch (ZstdException e) {
        failed = true;
        throw broken("it does not decompress", e);
      }
      contextBytes += target.position();
      return target.flip();
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      ChunkPool.giveBack(chunk);
      if (failed || contextBytes > MAX_RECYCLED_WINDOW_BYTES) {
        context.close();
      } else {
        DECOMPRESSORS.giveBack(context);
      }
    }
  }
}
