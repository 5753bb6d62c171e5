package org.odradek.protocol.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.record.InvalidRecordsException.RecordError;

/** What producers may append, what is changed on the way, and with which error the rest goes. */
final class ProduceRecordsValidatorTest {
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final short VERSION = 8;
  private static final ValidationSettings SETTINGS = settings(TimestampType.CREATE_TIME, null);

  @ParameterizedTest
  @EnumSource
  void goodBatchIsPassedOnAsItIs(CompressionType type) {
    ByteBuffer batch = batch(type, 20).build();
    ByteBuffer before = ByteBuffer.allocate(batch.limit()).put(batch.duplicate()).flip();
    ValidatedRecords validated = validate(batch, SETTINGS);
    assertEquals(before, validated.batch());
    assertEquals(20, validated.recordCount());
    assertEquals(NOW_MS + 19, validated.maxTimestampMs());
    assertEquals(19, validated.offsetDeltaOfMaxTimestamp());
    assertEquals(0, validated.convertedRecords());
    assertTrue(!validated.batch().hasArray() || validated.batch().array() == batch.array());
  }

  @ParameterizedTest
  @EnumSource
  void logAppendTimeIsWrittenIntoTheHeader(CompressionType type) {
    ValidatedRecords validated =
        validate(batch(type, 3).build(), settings(TimestampType.LOG_APPEND_TIME, null));
    RecordBatch batch = TestRecords.only(validated.batch());
    batch.ensureValid();
    assertEquals(TimestampType.LOG_APPEND_TIME, batch.timestampType());
    assertEquals(NOW_MS, batch.maxTimestamp());
    assertEquals(NOW_MS, validated.maxTimestampMs());
    assertEquals(2, validated.offsetDeltaOfMaxTimestamp());
    for (Record record : batch.records(TestRecords.ENOUGH)) {
      assertEquals(NOW_MS, record.timestampMs());
    }
  }

  @Test
  void recompressedToTheTopicsCodec() {
    for (CompressionType from : CompressionType.values()) {
      for (CompressionType to : CompressionType.values()) {
        ByteBuffer sent = batch(from, 10).producer(5, (short) 1, 70).transactional().build();
        List<Record> before = records(sent);
        ValidatedRecords validated =
            validate(sent, settings(TimestampType.CREATE_TIME, Compression.of(to)));
        RecordBatch batch = TestRecords.only(validated.batch());
        batch.ensureValid();
        assertEquals(to, batch.compression());
        assertEquals(5, batch.producerId());
        assertEquals(1, batch.producerEpoch());
        assertEquals(70, batch.baseSequence());
        assertTrue(batch.isTransactional());
        assertEquals(before, records(validated.batch()));
      }
    }
  }

  @Test
  void wrongMaxTimestampIsMended() {
    ByteBuffer batch = batch(CompressionType.NONE, 3).build();
    RecordBatchDescriptor.maxTimestamp(batch, 0, NOW_MS + 1_000_000);
    TestRecords.mendCrc(batch);
    RecordBatch validated = TestRecords.only(validate(batch, SETTINGS).batch());
    validated.ensureValid();
    assertEquals(NOW_MS + 2, validated.maxTimestamp());
  }

  @ParameterizedTest
  @EnumSource
  void recordsAreRenumbered(CompressionType type) {
    RecordBatchBuilder builder =
        new RecordBatchBuilder().compression(Compression.of(type)).producer(8, (short) 0, 4);
    for (long offset : new long[] {0, 5, 9}) {
      builder.append(new Record(offset, NOW_MS, TestRecords.text("k" + offset), null, List.of()));
    }
    ByteBuffer batch = builder.build();
    RecordBatchDescriptor.lastOffsetDelta(batch, 0, 2);
    TestRecords.mendCrc(batch);
    RecordBatch validated = TestRecords.only(validate(batch, SETTINGS).batch());
    validated.ensureValid();
    assertEquals(type, validated.compression());
    assertEquals(8, validated.producerId());
    List<Long> offsets = new ArrayList<>();
    validated.records(TestRecords.ENOUGH).forEach(record -> offsets.add(record.offset()));
    assertEquals(List.of(0L, 1L, 2L), offsets);
  }

  @Test
  void headerThatDoesNotFit() {
    refusedAfter(ErrorCode.INVALID_RECORD, b -> RecordBatchDescriptor.baseOffset(b, 0, 1));
    refusedAfter(ErrorCode.INVALID_RECORD, b -> RecordBatchDescriptor.lastOffsetDelta(b, 0, 4));
    refusedAfter(ErrorCode.INVALID_RECORD, b -> RecordBatchDescriptor.lastOffsetDelta(b, 0, -1));
    refusedAfter(ErrorCode.INVALID_RECORD, b -> count(b, 4));
    refusedAfter(ErrorCode.INVALID_RECORD, b -> count(b, 2));
    refusedAfter(ErrorCode.INVALID_RECORD, b -> count(b, 0));
    refusedAfter(ErrorCode.INVALID_RECORD, b -> count(b, -1));
    refusedAfter(ErrorCode.INVALID_RECORD, b -> attribute(b, RecordBatchDescriptor.CONTROL_MASK));
    refusedAfter(
        ErrorCode.INVALID_RECORD, b -> attribute(b, RecordBatchDescriptor.TRANSACTIONAL_MASK));
    refusedAfter(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, b -> attribute(b, 6));
    refusedAfter(ErrorCode.INVALID_RECORD, b -> attribute(b, CompressionType.ZSTD.id()));
    refusedAfter(
        ErrorCode.INVALID_RECORD, b -> b.putLong(RecordBatchDescriptor.PRODUCER_ID_OFFSET, 3));
  }

  @Test
  void checksumMagicAndSizes() {
    ByteBuffer batch = batch(CompressionType.NONE, 3).build();
    batch.put(batch.limit() - 1, (byte) (batch.get(batch.limit() - 1) ^ 1));
    refused(ErrorCode.CORRUPT_MESSAGE, batch, VERSION, SETTINGS);

    ByteBuffer magic3 = batch(CompressionType.NONE, 3).build();
    magic3.put(RecordBatchDescriptor.MAGIC_OFFSET, (byte) 3);
    refused(ErrorCode.CORRUPT_MESSAGE, magic3, VERSION, SETTINGS);

    ByteBuffer tiny = batch(CompressionType.NONE, 3).build();
    RecordBatchDescriptor.batchLength(tiny, 0, 20);
    refused(ErrorCode.CORRUPT_MESSAGE, tiny, VERSION, SETTINGS);

    RecordBatchBuilder large = new RecordBatchBuilder();
    large.append(NOW_MS, null, ByteBuffer.allocate(1024 * 1024));
    refused(ErrorCode.MESSAGE_TOO_LARGE, large.build(), VERSION, SETTINGS);
  }

  @Test
  void exactlyOneBatch() {
    ByteBuffer one = batch(CompressionType.NONE, 3).build();
    ByteBuffer two = ByteBuffer.allocate(one.limit() * 2).put(one.duplicate()).put(one).flip();
    refused(ErrorCode.INVALID_RECORD, two, VERSION, SETTINGS);
    refused(ErrorCode.INVALID_RECORD, ByteBuffer.allocate(0), (short) 3, SETTINGS);
    assertTrue(
        ProduceRecordsValidator.validate(ByteBuffer.allocate(0), (short) 2, SETTINGS, NOW_MS)
            .isEmpty());
    for (int length = 0; length < one.limit(); length++) {
      refused(ErrorCode.INVALID_RECORD, one.duplicate().limit(length), VERSION, SETTINGS);
    }
  }

  @Test
  void zstdNeedsVersion7() {
    ByteBuffer batch = batch(CompressionType.ZSTD, 3).build();
    refused(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, batch, (short) 6, SETTINGS);
    assertEquals(
        3, ProduceRecordsValidator.validate(batch, (short) 7, SETTINGS, NOW_MS).recordCount());
  }

  @Test
  void keylessRecordsOnCompactedTopics() {
    for (CompressionType type : CompressionType.values()) {
      RecordBatchBuilder builder = new RecordBatchBuilder().compression(Compression.of(type));
      builder.append(NOW_MS, TestRecords.text("k"), null);
      builder.append(NOW_MS, null, TestRecords.text("v"));
      builder.append(NOW_MS, ByteBuffer.allocate(0), TestRecords.text("v"));
      builder.append(NOW_MS, null, null);
      ValidationSettings compacted =
          new ValidationSettings(
              TimestampType.CREATE_TIME,
              Long.MAX_VALUE,
              Long.MAX_VALUE,
              100_000,
              null,
              true,
              100_000);
      InvalidRecordsException e =
          refused(ErrorCode.INVALID_RECORD, builder.build(), VERSION, compacted);
      assertEquals(List.of(1, 3), e.recordErrors().stream().map(RecordError::batchIndex).toList());
    }
  }

  @Test
  void timestampsOutsideTheRange() {
    ValidationSettings range =
        new ValidationSettings(TimestampType.CREATE_TIME, 1000, 50, 100_000, null, false, 100_000);
    RecordBatchBuilder good = new RecordBatchBuilder();
    for (long time : new long[] {NOW_MS - 1000, NOW_MS + 50, NOW_MS, -1}) {
      good.append(time, null, null);
    }
    assertEquals(4, validate(good.build(), range).recordCount());

    RecordBatchBuilder bad = new RecordBatchBuilder();
    for (long time :
        new long[] {NOW_MS - 1001, NOW_MS, NOW_MS + 51, Long.MAX_VALUE, Long.MIN_VALUE + NOW_MS}) {
      bad.append(time, null, null);
    }
    InvalidRecordsException e = refused(ErrorCode.INVALID_TIMESTAMP, bad.build(), VERSION, range);
    assertEquals(
        List.of(0, 2, 3, 4), e.recordErrors().stream().map(RecordError::batchIndex).toList());
  }

  @Test
  void producersMayNotSendLogAppendTime() {
    RecordBatchBuilder builder = new RecordBatchBuilder().logAppendTime(NOW_MS);
    builder.append(NOW_MS, null, null);
    refused(ErrorCode.INVALID_TIMESTAMP, builder.build(), VERSION, SETTINGS);
    ByteBuffer again = builder.build();
    assertEquals(1, validate(again, settings(TimestampType.LOG_APPEND_TIME, null)).recordCount());
  }

  @ParameterizedTest
  @EnumSource
  void bombsAreTooLarge(CompressionType type) {
    RecordBatchBuilder builder = new RecordBatchBuilder().compression(Compression.of(type));
    builder.append(NOW_MS, null, ByteBuffer.allocate(2 * 1024 * 1024));
    refused(ErrorCode.MESSAGE_TOO_LARGE, builder.build(), VERSION, SETTINGS);
  }

  /** What grows beyond max.message.bytes only when it is stored in another codec. */
  @Test
  void tooLargeOnceUncompressed() {
    RecordBatchBuilder builder =
        new RecordBatchBuilder().compression(Compression.of(CompressionType.GZIP));
    builder.append(NOW_MS, null, ByteBuffer.allocate(500_000));
    ByteBuffer batch = builder.build();
    assertEquals(1, validate(batch, SETTINGS).recordCount());
    refused(
        ErrorCode.MESSAGE_TOO_LARGE,
        batch,
        VERSION,
        settings(TimestampType.CREATE_TIME, Compression.NONE));
  }

  /** Damage behind a right checksum is refused or passes; nothing else is thrown. */
  @ParameterizedTest
  @EnumSource
  void damagedBatches(CompressionType type) {
    ByteBuffer good = batch(type, 4).build();
    Random random = new Random(23);
    int refused = 0;
    for (int round = 0; round < 3000; round++) {
      ByteBuffer damaged = ByteBuffer.allocate(good.limit()).put(0, good, 0, good.limit());
      int at =
          RecordBatchDescriptor.ATTRIBUTES_OFFSET
              + random.nextInt(good.limit() - RecordBatchDescriptor.ATTRIBUTES_OFFSET);
      damaged.put(at, (byte) random.nextInt());
      TestRecords.mendCrc(damaged);
      try {
        validate(damaged, SETTINGS);
      } catch (InvalidRecordsException e) {
        refused++;
        assertNotEquals(ErrorCode.CORRUPT_MESSAGE, e.errorCode(), e.getMessage());
      }
    }
    assertTrue(refused > 500, "only " + refused + " were refused");
  }

  private interface Damage {
    void to(ByteBuffer batch);
  }

  private static void refusedAfter(ErrorCode expected, Damage damage) {
    ByteBuffer batch = batch(CompressionType.NONE, 3).build();
    damage.to(batch);
    TestRecords.mendCrc(batch);
    refused(expected, batch, VERSION, SETTINGS);
  }

  private static InvalidRecordsException refused(
      ErrorCode expected, ByteBuffer records, short version, ValidationSettings settings) {
    InvalidRecordsException e =
        assertThrows(
            InvalidRecordsException.class,
            () -> ProduceRecordsValidator.validate(records, version, settings, NOW_MS));
    assertEquals(expected, e.errorCode(), e.getMessage());
    return e;
  }

  private static void count(ByteBuffer batch, int count) {
    batch.putInt(RecordBatchDescriptor.RECORD_COUNT_OFFSET, count);
  }

  private static void attribute(ByteBuffer batch, int mask) {
    int attributes = RecordBatchDescriptor.attributes(batch, 0) | mask;
    RecordBatchDescriptor.attributes(batch, 0, (short) attributes);
  }

  private static ValidatedRecords validate(ByteBuffer records, ValidationSettings settings) {
    return ProduceRecordsValidator.validate(records, VERSION, settings, NOW_MS);
  }

  private static List<Record> records(ByteBuffer batch) {
    List<Record> records = new ArrayList<>();
    TestRecords.only(batch).records(TestRecords.ENOUGH).forEach(records::add);
    return records;
  }

  private static RecordBatchBuilder batch(CompressionType type, int count) {
    RecordBatchBuilder builder = new RecordBatchBuilder().compression(Compression.of(type));
    for (int i = 0; i < count; i++) {
      builder.append(
          NOW_MS + i,
          TestRecords.text("key " + i),
          TestRecords.text("value " + i),
          List.of(new RecordHeader(TestRecords.text("h"), null)));
    }
    return builder;
  }

  private static ValidationSettings settings(
      TimestampType timestampType, @Nullable Compression compression) {
    return new ValidationSettings(
        timestampType, Long.MAX_VALUE, Long.MAX_VALUE, 100_000, compression, false, 1024 * 1024);
  }
}
