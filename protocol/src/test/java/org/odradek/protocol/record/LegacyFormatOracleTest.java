package org.odradek.protocol.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.MemoryRecordsBuilder;
import org.apache.kafka.common.record.MutableRecordBatch;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;

/** Magic 0 and 1: what Kafka writes is brought up, and what we bring down is read by Kafka. */
final class LegacyFormatOracleTest {
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final ValidationSettings SETTINGS =
      new ValidationSettings(
          TimestampType.CREATE_TIME,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          10_000_000,
          null,
          false,
          TestRecords.ENOUGH);

  static Stream<Arguments> magicsAndCodecs() {
    return Stream.of(0, 1)
        .flatMap(magic ->
            Stream.of(CompressionType.values())
                .filter(type -> type != CompressionType.ZSTD)
                .map(type -> Arguments.of((byte) magic.intValue(), type)));
  }

  @ParameterizedTest
  @MethodSource("magicsAndCodecs")
  void broughtUpOnProduce(byte magic, CompressionType type) {
    for (int seed = 0; seed < 6; seed++) {
      List<TestRecords.Plain> records = TestRecords.random(new Random(seed), 1 + seed * 4);
      ByteBuffer sent = kafkaMessages(magic, type, records, 0);
      ValidatedRecords validated =
          ProduceRecordsValidator.validate(sent, (short) 2, SETTINGS, NOW_MS);
      assertEquals(records.size(), validated.recordCount());
      assertEquals(records.size(), validated.convertedRecords());
      MutableRecordBatch batch =
          MemoryRecords.readableRecords(validated.batch()).batches().iterator().next();
      batch.ensureValid();
      assertEquals(2, batch.magic());
      assertEquals(type.id(), batch.compressionType().id);
      List<org.apache.kafka.common.record.Record> read = new ArrayList<>();
      batch.forEach(read::add);
      assertEquals(records.size(), read.size());
      for (int i = 0; i < records.size(); i++) {
        assertEquals(i, read.get(i).offset());
        assertEquals(magic == 0 ? -1 : records.get(i).timestampMs(), read.get(i).timestamp());
        assertEquals(TestRecords.wrap(records.get(i).key()), read.get(i).key());
        assertEquals(TestRecords.wrap(records.get(i).value()), read.get(i).value());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("magicsAndCodecs")
  void broughtDownOnFetch(byte magic, CompressionType type) {
    for (int seed = 0; seed < 6; seed++) {
      for (boolean logAppendTime : new boolean[] {false, true}) {
        ByteBuffer log = log(type, new Random(seed), logAppendTime);
        long from = 1000 + seed;
        ByteBuffer ours = DownConversion.convert(log, magic, from, TestRecords.ENOUGH);
        MemoryRecords kafkas =
            (MemoryRecords)
                MemoryRecords.readableRecords(log.duplicate())
                    .downConvert(magic, from, Time.SYSTEM)
                    .records();
        MemoryRecords read = MemoryRecords.readableRecords(ours);
        for (MutableRecordBatch batch : read.batches()) {
          batch.ensureValid();
          assertEquals(magic, batch.magic());
          assertEquals(type.id(), batch.compressionType().id);
        }
        assertEquals(describe(kafkas), describe(read));
        if (type == CompressionType.NONE) {
          assertEquals(kafkas.buffer(), ours);
        }
      }
    }
  }

  @Test
  void zstdCannotBeBroughtDown() {
    ByteBuffer log = log(CompressionType.ZSTD, new Random(1), false);
    assertThrows(
        DownConversion.UnsupportedCompressionException.class,
        () -> DownConversion.convert(log, (byte) 1, 0, TestRecords.ENOUGH));
  }

  @Test
  void controlBatchesAndTornBatchesAreLeftOut() {
    ByteBuffer control =
        new RecordBatchBuilder()
            .control()
            .producer(1, (short) 0, -1)
            .append(NOW_MS, ByteBuffer.allocate(4), ByteBuffer.allocate(6))
            .build();
    ByteBuffer data = new RecordBatchBuilder().append(NOW_MS, null, null).build();
    ByteBuffer log =
        ByteBuffer.allocate(control.limit() + data.limit() - 1)
            .put(control)
            .put(data.slice(0, data.limit() - 1))
            .flip();
    assertEquals(0, DownConversion.convert(log, (byte) 1, 0, TestRecords.ENOUGH).remaining());
  }

  @Test
  void wrapperBombIsTooLarge() {
    List<TestRecords.Plain> records =
        List.of(new TestRecords.Plain(NOW_MS, null, new byte[5_000_000], List.of()));
    ByteBuffer bomb = kafkaMessages((byte) 1, CompressionType.GZIP, records, 0);
    ValidationSettings settings =
        new ValidationSettings(
            TimestampType.CREATE_TIME,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            100_000,
            null,
            false,
            100_000);
    InvalidRecordsException e =
        assertThrows(
            InvalidRecordsException.class,
            () -> ProduceRecordsValidator.validate(bomb, (short) 2, settings, NOW_MS));
    assertEquals(ErrorCode.MESSAGE_TOO_LARGE, e.errorCode());
  }

  @Test
  void oldMessagesOnlyInOldRequests() {
    ByteBuffer sent =
        kafkaMessages((byte) 1, CompressionType.NONE, TestRecords.random(new Random(1), 3), 0);
    InvalidRecordsException e =
        assertThrows(
            InvalidRecordsException.class,
            () -> ProduceRecordsValidator.validate(sent, (short) 3, SETTINGS, NOW_MS));
    assertEquals(ErrorCode.INVALID_RECORD, e.errorCode());
  }

  /** Every flipped bit and every truncation is refused, or shortens the set by whole messages. */
  @ParameterizedTest
  @MethodSource("magicsAndCodecs")
  void damagedMessages(byte magic, CompressionType type) {
    List<TestRecords.Plain> records = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      records.add(new TestRecords.Plain(NOW_MS, new byte[] {1, 2}, new byte[20], List.of()));
    }
    ByteBuffer good = kafkaMessages(magic, type, records, 0);
    int refused = 0;
    for (int bit = 8 * 8; bit < good.limit() * 8; bit++) {
      ByteBuffer damaged = ByteBuffer.allocate(good.limit()).put(0, good, 0, good.limit());
      damaged.put(bit / 8, (byte) (damaged.get(bit / 8) ^ (1 << (bit % 8))));
      refused += count(damaged) < 0 ? 1 : 0;
    }
    assertTrue(refused > good.limit() * 5, "only " + refused + " were refused");
    for (int length = 1; length < good.limit(); length++) {
      assertTrue(count(good.duplicate().limit(length)) < 3, "length " + length);
    }
  }

  /** The records accepted, -1 when refused. */
  private static int count(ByteBuffer messages) {
    try {
      return ProduceRecordsValidator.validate(messages, (short) 2, SETTINGS, NOW_MS).recordCount();
    } catch (InvalidRecordsException e) {
      return -1;
    }
  }

  private static List<String> describe(MemoryRecords records) {
    List<String> described = new ArrayList<>();
    for (org.apache.kafka.common.record.Record record : records.records()) {
      described.add(
          record.offset()
              + " "
              + record.timestamp()
              + " "
              + record.key()
              + " "
              + record.value()
              + " "
              + (record.key() == null ? 0 : record.key().hashCode())
              + " "
              + (record.value() == null ? 0 : record.value().hashCode()));
    }
    return described;
  }

  /** Three batches of magic 2, as in a segment, from offset 1000 on. */
  private static ByteBuffer log(CompressionType type, Random random, boolean logAppendTime) {
    ByteBuffer log = ByteBuffer.allocate(1_000_000);
    long offset = 1000;
    for (int i = 0; i < 3; i++) {
      RecordBatchBuilder builder =
          new RecordBatchBuilder().compression(Compression.of(type)).baseOffset(offset);
      if (logAppendTime) {
        builder.logAppendTime(NOW_MS);
      }
      List<TestRecords.Plain> records = TestRecords.random(random, 10);
      records.forEach(record -> TestRecords.append(builder, record));
      offset += records.size();
      log.put(builder.build());
    }
    return log.flip();
  }

  private static ByteBuffer kafkaMessages(
      byte magic, CompressionType type, List<TestRecords.Plain> records, long baseOffset) {
    MemoryRecordsBuilder builder =
        MemoryRecords.builder(
            ByteBuffer.allocate(1024),
            magic,
            org.apache.kafka.common.compress.Compression.of(
                    org.apache.kafka.common.record.CompressionType.forId(type.id()))
                .build(),
            org.apache.kafka.common.record.TimestampType.CREATE_TIME,
            baseOffset);
    for (TestRecords.Plain record : records) {
      builder.append(magic == 0 ? -1 : record.timestampMs(), record.key(), record.value());
    }
    return builder.build().buffer();
  }
}
