package org.odradek.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.odradek.protocol.record.Record;
import org.odradek.protocol.record.RecordBatch;
import org.odradek.protocol.record.RecordBatchBuilder;

/** Batches for tests, and what is in them. */
final class Batches {
  private Batches() {}

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  /** A batch as a producer sends it. */
  static ByteBuffer of(long timestampMs, String... values) {
    RecordBatchBuilder builder = new RecordBatchBuilder();
    for (String value : values) {
      builder.append(timestampMs, null, bytes(value));
    }
    return builder.build();
  }

  static ByteBuffer idempotent(long producerId, int epoch, int sequence, String... values) {
    RecordBatchBuilder builder =
        new RecordBatchBuilder().producer(producerId, (short) epoch, sequence);
    for (String value : values) {
      builder.append(1_700_000_000_000L, null, bytes(value));
    }
    return builder.build();
  }

  static ByteBuffer transactional(long producerId, int epoch, int sequence, String... values) {
    RecordBatchBuilder builder =
        new RecordBatchBuilder().producer(producerId, (short) epoch, sequence).transactional();
    for (String value : values) {
      builder.append(1_700_000_000_000L, null, bytes(value));
    }
    return builder.build();
  }

  static ByteBuffer marker(long producerId, int epoch, boolean commit, int coordinatorEpoch) {
    ByteBuffer key = ByteBuffer.allocate(4).putShort((short) 0).putShort((short) (commit ? 1 : 0));
    ByteBuffer value = ByteBuffer.allocate(6).putShort((short) 0).putInt(coordinatorEpoch);
    return new RecordBatchBuilder()
        .producer(producerId, (short) epoch, -1)
        .transactional()
        .control()
        .append(1_700_000_000_000L, key.flip(), value.flip())
        .build();
  }

  /** All whole batches' records as {@code offset:value}, from an offset on. */
  static List<String> records(ByteBuffer bytes, long from) {
    List<String> records = new ArrayList<>();
    for (RecordBatch batch : RecordBatch.wholeIn(bytes)) {
      batch.ensureValid();
      for (Record record : batch.records(1 << 20)) {
        if (record.offset() >= from && !batch.isControl()) {
          ByteBuffer value = record.value();
          records.add(record.offset() + ":" + (value == null ? "null" : text(value)));
        }
      }
    }
    return records;
  }

  /** Everything a log has from an offset on, by as many reads as it takes. */
  static List<String> readAll(PartitionLog log, long from, ReadIsolation isolation) {
    List<String> all = new ArrayList<>();
    long next = from;
    while (true) {
      LogRead read = log.read(next, 1 << 20, true, isolation);
      try {
        if (read.records().isEmpty()) {
          return all;
        }
        ByteBuffer bytes = read.records().readFully();
        all.addAll(records(bytes, next));
        for (RecordBatch batch : RecordBatch.wholeIn(bytes)) {
          next = Math.max(next, batch.nextOffset());
        }
      } finally {
        read.release();
      }
    }
  }
}
