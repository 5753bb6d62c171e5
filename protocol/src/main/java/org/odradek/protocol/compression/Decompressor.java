package org.odradek.protocol.compression;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses piece by piece, holding one piece at a time, and stops at a limit: however small the
 * compressed data and whatever it declares, no more than the limit is expanded, and memory is used
 * for a window of it only.
 *
 * <p>Confined to one thread. Has to be closed, which gives the native context back for re-use.
 */
public abstract class Decompressor implements AutoCloseable {
  private final CompressionType type;
  private final int compressedBytes;
  private final int limitBytes;
  private long producedBytes;

  Decompressor(CompressionType type, int compressedBytes, int limitBytes) {
    this.type = type;
    this.compressedBytes = compressedBytes;
    this.limitBytes = limitBytes;
  }

  /**
   * Opens compressed data, from the position to the limit of {@code source}, neither of which
   * moves. The source must stay unchanged until the decompressor is closed.
   *
   * @param limitBytes how many decompressed bytes are allowed in all
   * @throws DecompressionException if not even the beginning can be read
   */
  public static Decompressor open(
      CompressionType type, ByteBuffer source, Lz4Framing lz4Framing, int limitBytes) {
    ByteBuffer input = source.slice();
    return switch (type) {
      case NONE -> new Uncompressed(input, limitBytes);
      case GZIP -> new GzipCodec.GzipDecompressor(input, limitBytes);
      case SNAPPY -> new SnappyCodec.SnappyDecompressor(input, limitBytes);
      case LZ4 -> new Lz4Codec.Lz4Decompressor(input, lz4Framing, limitBytes);
      case ZSTD -> new ZstdCodec.ZstdDecompressor(input, limitBytes);
    };
  }

  /**
   * The next piece, never empty, or null at the end of the data. It is overwritten by the next
   * call.
   *
   * @throws DecompressionLimitException when the limit is passed
   * @throws DecompressionException if the data is torn or broken
   */
  public final @Nullable ByteBuffer nextChunk() {
    ByteBuffer chunk = decode();
    if (chunk == null) {
      return null;
    }
    producedBytes += chunk.remaining();
    if (producedBytes > limitBytes) {
      throw limitPassed();
    }
    return chunk;
  }

  /** Decompresses all that is left into a heap buffer of its own. */
  public final ByteBuffer readFully() {
    byte[] bytes = new byte[Math.min(limitBytes, Math.max(512, compressedBytes * 2))];
    int length = 0;
    for (ByteBuffer chunk = nextChunk(); chunk != null; chunk = nextChunk()) {
      int needed = length + chunk.remaining();
      if (needed > bytes.length) {
        bytes = java.util.Arrays.copyOf(bytes, grownLength(bytes.length, needed));
      }
      chunk.get(bytes, length, chunk.remaining());
      length = needed;
    }
    return ByteBuffer.wrap(bytes, 0, length);
  }

  /** Doubles, as far as the limit lets it; {@code needed} is within the limit already. */
  private int grownLength(int length, int needed) {
    return (int) Math.min(limitBytes, Math.max(needed, length * 2L));
  }

  /** As {@link #nextChunk}, without the check of the limit. */
  abstract @Nullable ByteBuffer decode();

  /** How many more bytes may come out: codecs that declare sizes check them against this. */
  final long remainingAllowance() {
    return limitBytes - producedBytes;
  }

  final DecompressionLimitException limitPassed() {
    return new DecompressionLimitException(type, compressedBytes, limitBytes);
  }

  final DecompressionException broken(String what) {
    return new DecompressionException("The " + type.configName() + " data is broken: " + what);
  }

  final DecompressionException broken(String what, Throwable cause) {
    return new DecompressionException(
        "The " + type.configName() + " data is broken: " + what + ": " + cause.getMessage(), cause);
  }

  @Override
  public abstract void close();

  private static final class Uncompressed extends Decompressor {
    private @Nullable ByteBuffer input;

    Uncompressed(ByteBuffer input, int limitBytes) {
      super(CompressionType.NONE, input.remaining(), limitBytes);
      this.input = input;
    }

    @Override
    @Nullable ByteBuffer decode() {
      ByteBuffer chunk = input;
      input = null;
      return chunk == null || !chunk.hasRemaining() ? null : chunk;
    }

    @Override
    public void close() {}
  }
}
