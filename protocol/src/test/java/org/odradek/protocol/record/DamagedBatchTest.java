package org.odradek.protocol.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.compression.DecompressionLimitException;

/** Every truncation and every flipped bit of a small batch ends in a clean error or in records. */
final class DamagedBatchTest {
  private static final int LIMIT = 1024 * 1024;

  @ParameterizedTest
  @EnumSource
  void truncatedAtEveryByte(CompressionType type) {
    ByteBuffer batch = batch(type);
    for (int length = 1; length < batch.limit(); length++) {
      ByteBuffer cut = copy(batch, length);
      assertThrows(CorruptRecordsException.class, () -> RecordBatch.allIn(cut).iterator().next());
    }
  }

  /** The length says the truth about the cut bytes and the checksum is right. */
  @ParameterizedTest
  @EnumSource
  void truncatedWithinTheBody(CompressionType type) {
    ByteBuffer batch = batch(type);
    for (int length = RecordBatchDescriptor.RECORDS_OFFSET; length < batch.limit(); length++) {
      ByteBuffer cut = copy(batch, length);
      RecordBatchDescriptor.batchLength(cut, 0, length - RecordBatchDescriptor.LOG_OVERHEAD);
      TestRecords.mendCrc(cut);
      RecordBatch whole = TestRecords.only(cut);
      whole.ensureValid();
      if (type == CompressionType.LZ4 && length >= batch.limit() - 4) {
        continue; // only the end mark is missing
      }
      assertThrows(CorruptRecordsException.class, () -> TestRecords.readAll(whole, LIMIT));
      assertThrows(CorruptRecordsException.class, () -> scanAll(whole));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyBitUnderTheChecksum(CompressionType type) {
    ByteBuffer batch = batch(type);
    for (int bit = RecordBatchDescriptor.MAGIC_OFFSET * 8; bit < batch.limit() * 8; bit++) {
      ByteBuffer damaged = copy(batch, batch.limit());
      flip(damaged, bit);
      assertThrows(
          CorruptRecordsException.class,
          () -> TestRecords.only(damaged).ensureValid(),
          "bit " + bit);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyBitBehindTheChecksum(CompressionType type) {
    ByteBuffer batch = batch(type);
    int refused = 0;
    for (int bit = RecordBatchDescriptor.ATTRIBUTES_OFFSET * 8; bit < batch.limit() * 8; bit++) {
      ByteBuffer damaged = copy(batch, batch.limit());
      flip(damaged, bit);
      TestRecords.mendCrc(damaged);
      try {
        assertTrue(TestRecords.readAll(TestRecords.only(damaged), LIMIT) >= 0);
        scanAll(TestRecords.only(damaged));
      } catch (CorruptRecordsException | DecompressionLimitException e) {
        refused++;
      }
    }
    assertTrue(refused > 100, "only " + refused + " damaged batches were refused");
  }

  /** Whatever the bytes, what is thrown is one of ours. */
  @ParameterizedTest
  @EnumSource
  void randomDamage(CompressionType type) {
    ByteBuffer batch = batch(type);
    Random random = new Random(17);
    for (int round = 0; round < 2000; round++) {
      ByteBuffer damaged = copy(batch, batch.limit());
      for (int n = 1 + random.nextInt(8); n > 0; n--) {
        int at =
            RecordBatchDescriptor.ATTRIBUTES_OFFSET
                + random.nextInt(batch.limit() - RecordBatchDescriptor.ATTRIBUTES_OFFSET);
        damaged.put(at, (byte) random.nextInt());
      }
      TestRecords.mendCrc(damaged);
      try {
        TestRecords.readAll(TestRecords.only(damaged), LIMIT);
        scanAll(TestRecords.only(damaged));
      } catch (CorruptRecordsException | DecompressionLimitException e) {
        assertTrue(String.valueOf(e.getMessage()).length() > 10);
      }
    }
  }

  private static void scanAll(RecordBatch batch) {
    try (RecordScanner scanner = RecordScanner.over(batch, LIMIT)) {
      int scanned = 0;
      while (scanner.next()) {
        scanned++;
      }
      assertEquals(batch.recordCount(), scanned);
    }
  }

  private static ByteBuffer batch(CompressionType type) {
    RecordBatchBuilder builder = new RecordBatchBuilder().compression(Compression.of(type));
    Random random = new Random(11);
    for (int i = 0; i < 5; i++) {
      TestRecords.Plain record = TestRecords.random(random, 1).getFirst();
      byte[] value = new byte[30];
      random.nextBytes(value);
      builder.append(
          record.timestampMs(),
          TestRecords.text("key-" + i),
          ByteBuffer.wrap(value),
          TestRecords.ours(record.headers()));
    }
    return builder.build();
  }

  private static ByteBuffer copy(ByteBuffer source, int length) {
    return ByteBuffer.allocate(length).put(0, source, 0, length);
  }

  private static void flip(ByteBuffer buffer, int bit) {
    buffer.put(bit / 8, (byte) (buffer.get(bit / 8) ^ (1 << (bit % 8))));
  }
}
