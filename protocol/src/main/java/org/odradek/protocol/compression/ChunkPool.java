package org.odradek.protocol.compression;

/** The byte arrays that decompressed pieces and blocks lie in while they are looked at. */
final class ChunkPool {
  /** The block size of lz4 as Kafka clients write it, and twice that of snappy. */
  static final int CHUNK_BYTES = 64 * 1024;

  private static final int MAX_IDLE_CHUNKS = 64;

  private static final RecyclingPool<byte[]> POOL =
      new RecyclingPool<>(MAX_IDLE_CHUNKS, () -> new byte[CHUNK_BYTES], chunk -> {});

  private ChunkPool() {}

  static byte[] take() {
    return POOL.take();
  }

  /** Takes back an array that came from {@link #take}; larger ones are left to the collector. */
  static void giveBack(byte[] chunk) {
    if (chunk.length == CHUNK_BYTES) {
      POOL.giveBack(chunk);
    }
  }
}
