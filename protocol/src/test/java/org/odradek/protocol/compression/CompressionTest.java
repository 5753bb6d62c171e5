package org.odradek.protocol.compression;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.xerial.snappy.Snappy;

/** The codecs: round trips at all sizes and levels, limits, and input that lies about its size. */
final class CompressionTest {
  private static final int MIB = 1024 * 1024;

  @ParameterizedTest
  @EnumSource
  void roundTripAtAllSizes(CompressionType type) {
    Random random = new Random(1);
    for (int size :
        new int[] {0, 1, 17, 1000, 32768, 32769, 65535, 65536, 65537, 300_000, 3 * MIB}) {
      for (boolean compressible : new boolean[] {false, true}) {
        byte[] plain = new byte[size];
        for (int i = 0; i < size; i++) {
          plain[i] = (byte) random.nextInt(compressible ? 3 : 256);
        }
        ByteBuffer compressed = Compression.of(type).compress(ByteBuffer.wrap(plain), 5);
        assertEquals(
            ByteBuffer.wrap(plain), decompress(type, compressed.position(5), Math.max(1, size)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyLevel(CompressionType type) {
    byte[] plain = new byte[50_000];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = (byte) (i % 37 * (i / 1000));
    }
    int lowest = Math.max(-7, Compression.minLevel(type));
    for (int level = lowest; level <= Compression.maxLevel(type); level++) {
      if (type == CompressionType.GZIP && level == 0) {
        continue;
      }
      ByteBuffer compressed = new Compression(type, level).compress(ByteBuffer.wrap(plain), 0);
      assertEquals(ByteBuffer.wrap(plain), decompress(type, compressed, plain.length));
    }
  }

  @Test
  void levelsOfZstdAreThoseOfItsLibrary() {
    assertEquals(Zstd.minCompressionLevel(), Compression.minLevel(CompressionType.ZSTD));
    assertEquals(Zstd.maxCompressionLevel(), Compression.maxLevel(CompressionType.ZSTD));
    assertEquals(Zstd.defaultCompressionLevel(), Compression.defaultLevel(CompressionType.ZSTD));
  }

  @Test
  void unknownLevelsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Compression(CompressionType.GZIP, 0));
    assertThrows(IllegalArgumentException.class, () -> new Compression(CompressionType.GZIP, 10));
    assertThrows(IllegalArgumentException.class, () -> new Compression(CompressionType.LZ4, 18));
    assertThrows(IllegalArgumentException.class, () -> new Compression(CompressionType.ZSTD, 23));
    assertThrows(IllegalArgumentException.class, () -> new Compression(CompressionType.NONE, 1));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void bombsStopAtTheLimit(CompressionType type) {
    ByteBuffer bomb = Compression.of(type).compress(ByteBuffer.allocate(100 * MIB), 0);
    assertThrows(DecompressionLimitException.class, () -> decompress(type, bomb, MIB));
    try (Decompressor streaming = Decompressor.open(type, bomb, Lz4Framing.STANDARD, MIB)) {
      long[] produced = new long[1];
      assertThrows(
          DecompressionLimitException.class,
          () -> {
            for (ByteBuffer c = streaming.nextChunk(); c != null; c = streaming.nextChunk()) {
              produced[0] += c.remaining();
            }
          });
      assertTrue(produced[0] <= MIB, "handed out " + produced[0]);
    }
  }

  @Test
  void snappyBlockThatLiesAboutItsSize() throws Exception {
    byte[] block = Snappy.compress(new byte[100]);
    byte[] lie = new byte[block.length + 4];
    // 2^31 - 1 as the varint in front of the block, where 100 took one byte.
    ByteBuffer.wrap(lie)
        .put(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7})
        .put(block, 1, block.length - 1);
    assertThrows(
        DecompressionException.class,
        () -> decompress(CompressionType.SNAPPY, ByteBuffer.wrap(lie), Integer.MAX_VALUE));
  }

  @Test
  void snappyWithoutFraming() throws Exception {
    byte[] plain = "some text, some text, some text".repeat(1000).getBytes("UTF-8");
    ByteBuffer block = ByteBuffer.wrap(Snappy.compress(plain));
    assertEquals(ByteBuffer.wrap(plain), decompress(CompressionType.SNAPPY, block, plain.length));
  }

  @Test
  void lz4HeaderChecksumOfOldClientsOnlyWhereTheyWroteIt() {
    Compression lz4 = Compression.of(CompressionType.LZ4);
    ByteBuffer plain = ByteBuffer.wrap(new byte[] {1, 2, 3});
    ByteBuffer legacy = lz4.compress(plain, 0, Lz4Framing.LEGACY_CHECKSUM);
    assertThrows(DecompressionException.class, () -> decompress(CompressionType.LZ4, legacy, 1000));
    for (Lz4Framing framing : Lz4Framing.values()) {
      try (Decompressor d =
          Decompressor.open(
              CompressionType.LZ4,
              lz4.compress(plain, 0, framing),
              Lz4Framing.LEGACY_CHECKSUM,
              1000)) {
        assertEquals(plain, d.readFully());
      }
    }
  }

  @Test
  void membersInARow() {
    for (CompressionType type :
        new CompressionType[] {CompressionType.GZIP, CompressionType.LZ4, CompressionType.ZSTD}) {
      ByteBuffer one = Compression.of(type).compress(ByteBuffer.wrap(new byte[] {1, 2}), 0);
      ByteBuffer two = Compression.of(type).compress(ByteBuffer.wrap(new byte[] {3}), 0);
      ByteBuffer both = ByteBuffer.allocate(one.limit() + two.limit()).put(one).put(two).flip();
      assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), decompress(type, both, 100));
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingAfterTheEnd(CompressionType type) {
    ByteBuffer compressed = Compression.of(type).compress(ByteBuffer.wrap(new byte[10]), 0);
    try (Decompressor d = Decompressor.open(type, compressed, Lz4Framing.STANDARD, 10)) {
      assertEquals(10, requireNonNull(d.nextChunk()).remaining());
      assertNull(d.nextChunk());
      assertNull(d.nextChunk());
    }
  }

  /** A native context that was left in the middle of a frame must not leak into the next use. */
  @ParameterizedTest
  @EnumSource
  void recycledInTheMiddle(CompressionType type) {
    byte[] plain = new byte[MIB];
    new Random(2).nextBytes(plain);
    ByteBuffer compressed = Compression.of(type).compress(ByteBuffer.wrap(plain), 0);
    for (int i = 0; i < 3; i++) {
      try (Decompressor d = Decompressor.open(type, compressed, Lz4Framing.STANDARD, MIB)) {
        assertTrue(requireNonNull(d.nextChunk()).hasRemaining());
      }
      assertEquals(ByteBuffer.wrap(plain), decompress(type, compressed, MIB));
    }
  }

  private static ByteBuffer decompress(CompressionType type, ByteBuffer compressed, int limit) {
    try (Decompressor decompressor =
        Decompressor.open(type, compressed, Lz4Framing.STANDARD, limit)) {
      return decompressor.readFully();
    }
  }
}
