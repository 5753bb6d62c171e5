package org.odradek.storage.producer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;
import org.odradek.protocol.record.CorruptRecordsException;

/**
 * Kafka's {@code .snapshot} files, version 1, big-endian.
 *
 * <pre>
 *   0  version int16 (1)
 *   2  crc32c  uint32, of all bytes from 6 on
 *   6  entries int32
 *  10  for each entry, 46 bytes:
 *      producer id int64 | epoch int16 | last sequence int32 | last offset int64 | offset delta int32
 *      | timestamp int64 | coordinator epoch int32 | first offset of the open transaction int64
 * </pre>
 */
final class ProducerSnapshotCodec {
  private static final short VERSION = 1;
  private static final int CRC_OFFSET = 2;
  private static final int ENTRIES_OFFSET = 6;
  private static final int HEADER_BYTES = 10;
  private static final int ENTRY_BYTES = 46;

  private ProducerSnapshotCodec() {}

  static ByteBuffer write(Collection<ProducerEntry> entries) {
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + entries.size() * ENTRY_BYTES);
    out.putShort(VERSION).putInt(0).putInt(entries.size());
    for (ProducerEntry entry : entries) {
      out.putLong(entry.producerId)
          .putShort(entry.epoch)
          .putInt(entry.lastSequence())
          .putLong(entry.lastOffset())
          .putInt(entry.lastOffsetDelta())
          .putLong(entry.lastTimestampMs)
          .putInt(entry.coordinatorEpoch)
          .putLong(entry.transactionFirstOffset);
    }
    out.flip();
    out.putInt(CRC_OFFSET, (int) crc(out));
    return out;
  }

  static List<ProducerEntry> read(ByteBuffer in) {
    try {
      int start = in.position();
      short version = in.getShort();
      if (version != VERSION) {
        throw new CorruptRecordsException(
            "Producer snapshot has version " + version + ", expected " + VERSION);
      }
      long stored = Integer.toUnsignedLong(in.getInt());
      long computed = crc(in.slice(start, in.limit() - start));
      if (stored != computed) {
        throw new CorruptRecordsException(
            "Checksum of the producer snapshot is " + stored + ", its bytes say " + computed);
      }
      int count = in.getInt();
      if (count < 0 || (long) count * ENTRY_BYTES > in.remaining()) {
        throw new CorruptRecordsException(
            "Producer snapshot says it has "
                + count
                + " entries, it has room for "
                + in.remaining() / ENTRY_BYTES);
      }
      List<ProducerEntry> entries = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        entries.add(readEntry(in));
      }
      return entries;
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new CorruptRecordsException("Producer snapshot is cut off", e);
    }
  }

  private static ProducerEntry readEntry(ByteBuffer in) {
    ProducerEntry entry = new ProducerEntry(in.getLong());
    entry.useEpoch(in.getShort());
    int lastSequence = in.getInt();
    long lastOffset = in.getLong();
    int offsetDelta = in.getInt();
    long timestampMs = in.getLong();
    if (lastOffset >= 0) {
      entry.addBatch(lastSequence, lastOffset, offsetDelta, timestampMs);
    }
    entry.lastTimestampMs = timestampMs;
    entry.coordinatorEpoch = in.getInt();
    entry.transactionFirstOffset = in.getLong();
    return entry;
  }

  private static long crc(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content.slice(ENTRIES_OFFSET, content.limit() - ENTRIES_OFFSET));
    return crc.getValue();
  }
}
