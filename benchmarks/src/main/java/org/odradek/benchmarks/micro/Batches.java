package org.odradek.benchmarks.micro;

import java.nio.ByteBuffer;
import java.util.Random;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.record.RecordBatchBuilder;

/** Record batches as producers send them. */
final class Batches {
  static final int RECORD_BYTES = 100;
  private static final long NOW_MS = 1_700_000_000_000L;

  private Batches() {}

  /** A batch of {@code records} records of 100 bytes of capital letters, in a direct buffer. */
  static ByteBuffer batch(int records, CompressionType codec) {
    var random = new Random(7);
    var builder = new RecordBatchBuilder().compression(Compression.of(codec));
    for (int i = 0; i < records; i++) {
      var value = new byte[RECORD_BYTES];
      for (int b = 0; b < value.length; b++) {
        value[b] = (byte) ('A' + random.nextInt(26));
      }
      builder.append(NOW_MS + i, null, ByteBuffer.wrap(value));
    }
    ByteBuffer built = builder.build();
    return ByteBuffer.allocateDirect(built.remaining()).put(built).flip();
  }

  static long nowMs() {
    return NOW_MS;
  }
}
