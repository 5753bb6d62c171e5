package org.odradek.protocol.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.MemoryRecordsBuilder;
import org.apache.kafka.common.record.MutableRecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;

/** Batches between Kafka's own classes and ours, both ways, in all codecs. */
final class RecordBatchOracleTest {
  private static final long BASE_OFFSET = 4_000_000_000L;

  @ParameterizedTest
  @EnumSource
  void kafkaReadsWhatWeWrite(CompressionType type) {
    for (int seed = 0; seed < 20; seed++) {
      List<TestRecords.Plain> records = TestRecords.random(new Random(seed), 1 + seed * 5);
      RecordBatchBuilder builder =
          new RecordBatchBuilder()
              .compression(Compression.of(type))
              .baseOffset(BASE_OFFSET)
              .partitionLeaderEpoch(7)
              .producer(12, (short) 3, 44);
      records.forEach(record -> TestRecords.append(builder, record));

      Iterator<MutableRecordBatch> batches =
          MemoryRecords.readableRecords(builder.build()).batches().iterator();
      MutableRecordBatch batch = batches.next();
      assertFalse(batches.hasNext());
      batch.ensureValid();
      assertEquals(type.id(), batch.compressionType().id);
      assertEquals(BASE_OFFSET, batch.baseOffset());
      assertEquals(BASE_OFFSET + records.size() - 1, batch.lastOffset());
      assertEquals(7, batch.partitionLeaderEpoch());
      assertEquals(12, batch.producerId());
      assertEquals(3, batch.producerEpoch());
      assertEquals(44, batch.baseSequence());
      assertEquals(
          records.stream().mapToLong(TestRecords.Plain::timestampMs).max().orElseThrow(),
          batch.maxTimestamp());
      List<org.apache.kafka.common.record.Record> read = new ArrayList<>();
      batch.forEach(read::add);
      assertEquals(records.size(), read.size());
      for (int i = 0; i < records.size(); i++) {
        assertEquals(BASE_OFFSET + i, read.get(i).offset());
        assertEquals(records.get(i).timestampMs(), read.get(i).timestamp());
        assertEquals(TestRecords.wrap(records.get(i).key()), read.get(i).key());
        assertEquals(TestRecords.wrap(records.get(i).value()), read.get(i).value());
        assertEquals(kafkas(records.get(i).headers()), List.of(read.get(i).headers()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void weReadWhatKafkaWrites(CompressionType type) {
    for (int seed = 0; seed < 20; seed++) {
      List<TestRecords.Plain> records = TestRecords.random(new Random(seed), 1 + seed * 5);
      ByteBuffer bytes = kafkaBatch(type, records);

      RecordBatch batch = TestRecords.only(bytes);
      batch.ensureValid();
      assertEquals(type, batch.compression());
      assertEquals(BASE_OFFSET, batch.baseOffset());
      assertEquals(bytes.remaining(), batch.sizeInBytes());
      assertEquals(records.size(), batch.recordCount());
      int i = 0;
      for (Record record : batch.records(TestRecords.ENOUGH)) {
        assertEquals(BASE_OFFSET + i, record.offset());
        assertEquals(records.get(i).timestampMs(), record.timestampMs());
        assertEquals(TestRecords.wrap(records.get(i).key()), record.key());
        assertEquals(TestRecords.wrap(records.get(i).value()), record.value());
        assertEquals(TestRecords.ours(records.get(i).headers()), record.headers());
        i++;
      }
      assertEquals(records.size(), i);
      try (RecordScanner scanner = RecordScanner.over(batch, TestRecords.ENOUGH)) {
        for (TestRecords.Plain record : records) {
          scanner.next();
          assertEquals(record.timestampMs(), batch.baseTimestamp() + scanner.timestampDelta());
          assertEquals(record.key() != null, scanner.hasKey());
        }
        assertFalse(scanner.next());
      }
    }
  }

  /** Off the heap too, as frames come from the network. */
  @ParameterizedTest
  @EnumSource
  void weReadDirectAndReadOnlyBuffers(CompressionType type) {
    List<TestRecords.Plain> records = TestRecords.random(new Random(5), 40);
    ByteBuffer bytes = kafkaBatch(type, records);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.remaining() + 3);
    direct.position(3).put(bytes.duplicate()).position(3);
    for (ByteBuffer buffer : List.of(direct, bytes.asReadOnlyBuffer())) {
      RecordBatch batch = TestRecords.only(buffer);
      batch.ensureValid();
      assertEquals(40, TestRecords.readAll(batch, TestRecords.ENOUGH));
      try (RecordScanner scanner = RecordScanner.over(batch, TestRecords.ENOUGH)) {
        int count = 0;
        while (scanner.next()) {
          count++;
        }
        assertEquals(40, count);
      }
    }
  }

  @Test
  void sameBytesAsKafkaWithEveryAttribute() {
    for (boolean transactional : new boolean[] {false, true}) {
      for (boolean control : new boolean[] {false, true}) {
        for (boolean logAppendTime : new boolean[] {false, true}) {
          List<TestRecords.Plain> records = TestRecords.random(new Random(3), 10);
          MemoryRecordsBuilder kafka =
              new MemoryRecordsBuilder(
                  ByteBuffer.allocate(1024),
                  (byte) 2,
                  org.apache.kafka.common.compress.Compression.NONE,
                  logAppendTime
                      ? org.apache.kafka.common.record.TimestampType.LOG_APPEND_TIME
                      : org.apache.kafka.common.record.TimestampType.CREATE_TIME,
                  100,
                  1_800_000_000_000L,
                  9,
                  (short) 2,
                  transactional || control ? 5 : 5,
                  transactional,
                  control,
                  6,
                  Integer.MAX_VALUE);
          RecordBatchBuilder ours =
              new RecordBatchBuilder()
                  .baseOffset(100)
                  .producer(9, (short) 2, 5)
                  .partitionLeaderEpoch(6);
          if (transactional) {
            ours.transactional();
          }
          if (control) {
            ours.control();
          }
          if (logAppendTime) {
            ours.logAppendTime(1_800_000_000_000L);
          }
          for (int i = 0; i < records.size(); i++) {
            TestRecords.Plain record = records.get(i);
            if (control) {
              ByteBuffer key =
                  ByteBuffer.allocate(4).putShort((short) 0).putShort((short) 1).flip();
              ByteBuffer value = ByteBuffer.allocate(6);
              kafka.appendControlRecord(
                  record.timestampMs(),
                  org.apache.kafka.common.record.ControlRecordType.COMMIT,
                  value.duplicate());
              ours.append(record.timestampMs(), key, value);
            } else {
              kafka.append(
                  record.timestampMs(),
                  record.key(),
                  record.value(),
                  kafkas(record.headers()).toArray(new Header[0]));
              TestRecords.append(ours, record);
            }
          }
          assertEquals(kafka.build().buffer(), ours.build());
        }
      }
    }
  }

  @Test
  void kafkaSeesTheDeleteHorizon() {
    ByteBuffer bytes =
        new RecordBatchBuilder()
            .deleteHorizon(1234L)
            .append(new Record(3, 1000, TestRecords.text("k"), null, List.of()))
            .append(new Record(8, 1001, TestRecords.text("k"), null, List.of()))
            .lastOffset(12)
            .build();
    MutableRecordBatch batch = MemoryRecords.readableRecords(bytes).batches().iterator().next();
    batch.ensureValid();
    assertEquals(1234L, batch.deleteHorizonMs().getAsLong());
    assertEquals(12, batch.lastOffset());
    List<Long> times = new ArrayList<>();
    batch.forEach(record -> times.add(record.timestamp()));
    assertEquals(List.of(1000L, 1001L), times);
  }

  private static ByteBuffer kafkaBatch(CompressionType type, List<TestRecords.Plain> records) {
    MemoryRecordsBuilder builder =
        MemoryRecords.builder(
            ByteBuffer.allocate(1024),
            org.apache.kafka.common.compress.Compression.of(
                    org.apache.kafka.common.record.CompressionType.forId(type.id()))
                .build(),
            org.apache.kafka.common.record.TimestampType.CREATE_TIME,
            BASE_OFFSET);
    for (TestRecords.Plain record : records) {
      builder.append(
          record.timestampMs(),
          record.key(),
          record.value(),
          kafkas(record.headers()).toArray(new Header[0]));
    }
    return builder.build().buffer();
  }

  private static List<Header> kafkas(List<TestRecords.Header> headers) {
    List<Header> converted = new ArrayList<>();
    for (TestRecords.Header header : headers) {
      converted.add(
          new RecordHeader(
              ByteBuffer.wrap(header.key().getBytes(StandardCharsets.UTF_8)),
              TestRecords.wrap(header.value())));
    }
    return converted;
  }
}
