package org.odradek.protocol.compression;

import java.nio.ByteBuffer;

/**
 * A codec with its level: what {@code compression.type} and {@code compression.<codec>.level} of a
 * topic say (KIP-390). Levels have each codec's own meaning; none and snappy have no level.
 *
 * @param level between {@link #minLevel} and {@link #maxLevel} of the codec, 0 if it has none
 */
public record Compression(CompressionType type, int level) {
  public static final Compression NONE = new Compression(CompressionType.NONE, 0);

  /** What gzip itself calls its default, between 1 and 9. */
  private static final int GZIP_DEFAULT_LEVEL = -1;

  // What the library answers. Asking it loads all of it, a tenth of a second in a broker that has
  // just started and whose topics do not use zstd.
  private static final int ZSTD_MIN_LEVEL = -(1 << 17);
  private static final int ZSTD_MAX_LEVEL = 22;

  /**
   * @throws IllegalArgumentException if the codec does not have this level
   */
  public Compression {
    if (!hasLevel(type, level)) {
      throw new IllegalArgumentException(
          type.configName()
              + " has no level "
              + level
              + ", only "
              + minLevel(type)
              + " to "
              + maxLevel(type)
              + " and its default "
              + defaultLevel(type));
    }
  }

  /** Whether the codec has this level; 0 is the one level of those without. */
  public static boolean hasLevel(CompressionType type, int level) {
    return (level >= minLevel(type) && level <= maxLevel(type)) || level == defaultLevel(type);
  }

  /** The codec with its default level. */
  public static Compression of(CompressionType type) {
    return new Compression(type, defaultLevel(type));
  }

  public static int defaultLevel(CompressionType type) {
    return switch (type) {
      case NONE, SNAPPY -> 0;
      case GZIP -> GZIP_DEFAULT_LEVEL;
      case LZ4 -> Lz4Codec.DEFAULT_LEVEL;
      case ZSTD -> 3;
    };
  }

  public static int minLevel(CompressionType type) {
    return switch (type) {
      case NONE, SNAPPY -> 0;
      case GZIP, LZ4 -> 1;
      case ZSTD -> ZSTD_MIN_LEVEL;
    };
  }

  public static int maxLevel(CompressionType type) {
    return switch (type) {
      case NONE, SNAPPY -> 0;
      case GZIP -> 9;
      case LZ4 -> 17;
      case ZSTD -> ZSTD_MAX_LEVEL;
    };
  }

  /**
   * Compresses what {@code plain} holds between position and limit, which do not move.
   *
   * @param headroom bytes left free at the start of the result, for a header to be put in front
   * @return a heap buffer from 0 to its limit: the headroom, then the compressed data
   */
  public ByteBuffer compress(ByteBuffer plain, int headroom) {
    return compress(plain, headroom, Lz4Framing.STANDARD);
  }

  /** As {@link #compress(ByteBuffer, int)}, with a choice of lz4 framing for magic 0. */
  public ByteBuffer compress(ByteBuffer plain, int headroom, Lz4Framing lz4Framing) {
    return switch (type) {
      case NONE ->
          ByteBuffer.allocate(Math.addExact(headroom, plain.remaining()))
              .put(headroom, plain, plain.position(), plain.remaining());
      case GZIP -> GzipCodec.compress(plain, level, headroom);
      case SNAPPY -> SnappyCodec.compress(plain, headroom);
      case LZ4 -> Lz4Codec.compress(plain, level, headroom, lz4Framing);
      case ZSTD -> ZstdCodec.compress(plain, level, headroom);
    };
  }
}
