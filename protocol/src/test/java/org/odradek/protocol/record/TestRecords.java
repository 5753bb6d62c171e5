package org.odradek.protocol.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Records for tests, random from a seed. */
final class TestRecords {
  static final int ENOUGH = 64 * 1024 * 1024;

  private TestRecords() {}

  /** A record of the lists here; offsets come from where it is put. */
  record Plain(
      long timestampMs, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {}

  record Header(String key, byte @Nullable [] value) {}

  static List<Plain> random(Random random, int count) {
    List<Plain> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Header> headers = new ArrayList<>();
      for (int h = random.nextInt(3); h > 0; h--) {
        headers.add(new Header("h" + random.nextInt(1000), bytes(random, 20)));
      }
      records.add(
          new Plain(
              1_700_000_000_000L + random.nextInt(100_000) - 50_000,
              bytes(random, 30),
              bytes(random, random.nextInt(20) == 0 ? 100_000 : 300),
              headers));
    }
    return records;
  }

  /** Null, or compressible bytes. */
  private static byte @Nullable [] bytes(Random random, int maxLength) {
    if (random.nextInt(8) == 0) {
      return null;
    }
    byte[] bytes = new byte[random.nextInt(maxLength)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ('a' + random.nextInt(4));
    }
    return bytes;
  }

  static void append(RecordBatchBuilder builder, Plain record) {
    builder.append(
        record.timestampMs(), wrap(record.key()), wrap(record.value()), ours(record.headers()));
  }

  static List<RecordHeader> ours(List<Header> headers) {
    return headers.stream()
        .map(h -> new RecordHeader(ByteBuffer.wrap(h.key().getBytes(UTF_8)), wrap(h.value())))
        .toList();
  }

  static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  static RecordBatch only(ByteBuffer batch) {
    return RecordBatch.at(batch, batch.position());
  }

  /** Makes the checksum of a damaged batch right again, so that what is behind it is reached. */
  static void mendCrc(ByteBuffer batch) {
    RecordBatchDescriptor.crc(batch, 0, RecordBatchDescriptor.computeCrc(batch, 0));
  }

  /** Reads all there is, for what it throws. */
  static int readAll(RecordBatch batch, int limitBytes) {
    int count = 0;
    for (Record record : batch.records(limitBytes)) {
      count += record.offset() >= 0 ? 1 : 0;
    }
    return count;
  }
}
