package org.odradek.storage.producer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.odradek.protocol.record.CorruptRecordsException;
import org.odradek.protocol.record.RecordBatchDescriptor;

/**
 * The one record of a control batch that ends a transaction (KIP-98); control batches are not
 * compressed.
 *
 * <pre>
 *  record: length varint | attributes int8 | timestamp delta varlong | offset delta varint
 *          | key length varint | key | value length varint | value | headers varint
 *  key:    version int16 | type int16: 0 abort, 1 commit
 *  value:  version int16 | coordinator epoch int32
 * </pre>
 */
final class TransactionMarkerDescriptor {
  static final short TYPE_ABORT = 0;
  static final short TYPE_COMMIT = 1;

  private TransactionMarkerDescriptor() {}

  /**
   * A marker as read.
   *
   * @param type {@link #TYPE_ABORT}, {@link #TYPE_COMMIT}, or something newer
   */
  record Marker(short type, int coordinatorEpoch) {
    boolean endsTransaction() {
      return type == TYPE_ABORT || type == TYPE_COMMIT;
    }
  }

  /** Reads the marker of the control batch at {@code index}. */
  static Marker read(ByteBuffer batches, int index) {
    int size = RecordBatchDescriptor.sizeInBytes(batches, index);
    ByteBuffer record =
        batches.slice(
            index + RecordBatchDescriptor.RECORDS_OFFSET,
            size - RecordBatchDescriptor.RECORDS_OFFSET);
    try {
      varint(record);
      record.get();
      varint(record);
      varint(record);
      int keyLength = (int) varint(record);
      int keyStart = record.position();
      record.getShort();
      short type = record.getShort();
      record.position(keyStart + keyLength);
      if (type != TYPE_ABORT && type != TYPE_COMMIT) {
        return new Marker(type, -1);
      }
      varint(record);
      record.getShort();
      return new Marker(type, record.getInt());
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new CorruptRecordsException(
          "The control batch at offset "
              + RecordBatchDescriptor.baseOffset(batches, index)
              + " holds no transaction marker",
          e);
    }
  }

  private static long varint(ByteBuffer in) {
    long raw = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = in.get();
      raw |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return (raw >>> 1) ^ -(raw & 1);
      }
    }
    throw new IllegalArgumentException("A varint is longer than 10 bytes");
  }
}
