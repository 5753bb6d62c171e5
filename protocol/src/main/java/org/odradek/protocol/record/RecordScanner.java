package org.odradek.protocol.record;

/**
 * Walks over the records of a batch of magic 2 and reads their small fields, passing over keys,
 * values and headers; nothing is allocated per record, and of compressed records one piece is held
 * at a time.
 *
 * <pre>
 *  length varint | attributes 1 | timestamp delta varlong | offset delta varint
 *  | key length varint, key | value length varint, value | header count varint, headers
 * </pre>
 *
 * <p>Confined to one thread; has to be closed.
 */
final class RecordScanner implements AutoCloseable {
  private final RecordInput input;
  private final int recordCount;
  private int scanned;
  private long timestampDelta;
  private int offsetDelta;
  private boolean hasKey;

  private RecordScanner(RecordInput input, int recordCount) {
    this.input = input;
    this.recordCount = recordCount;
  }

  static RecordScanner over(RecordBatch batch, int maxDecompressedBytes) {
    return new RecordScanner(
        RecordInput.over(batch.compression(), batch.body(), maxDecompressedBytes),
        batch.recordCount());
  }

  /**
   * Moves to the next record; false when all that the batch counts have been passed, after checking
   * that nothing follows them.
   *
   * @throws CorruptRecordsException if a record is not well formed or bytes are missing or left
   * @throws org.odradek.protocol.compression.DecompressionLimitException if the limit is passed
   */
  boolean next() {
    if (scanned == recordCount) {
      if (!input.atEnd()) {
        throw new CorruptRecordsException(
            "The batch counts " + recordCount + " records, but there are bytes after them");
      }
      return false;
    }
    int size = input.readVarint();
    long start = input.position();
    if (size < 0) {
      throw new CorruptRecordsException("Record " + scanned + " has a size of " + size);
    }
    input.readByte();
    timestampDelta = input.readVarlong();
    offsetDelta = input.readVarint();
    int keyLength = input.readVarint();
    hasKey = keyLength >= 0;
    skipWithin(keyLength, start, size);
    skipWithin(input.readVarint(), start, size);
    int headers = input.readVarint();
    if (headers < 0) {
      throw new CorruptRecordsException("Record " + scanned + " has " + headers + " headers");
    }
    for (int i = 0; i < headers; i++) {
      int nameLength = input.readVarint();
      if (nameLength < 0) {
        throw new CorruptRecordsException(
            "A header of record " + scanned + " has a key of " + nameLength + " bytes");
      }
      skipWithin(nameLength, start, size);
      skipWithin(input.readVarint(), start, size);
    }
    if (input.position() - start != size) {
      throw new CorruptRecordsException(
          "Record "
              + scanned
              + " says it has "
              + size
              + " bytes, its fields have "
              + (input.position() - start));
    }
    scanned++;
    return true;
  }

  /** A declared length must lie within its record, so that it is not followed beyond. */
  private void skipWithin(int length, long start, int size) {
    if (length <= 0) {
      return;
    }
    if (input.position() - start + length > size) {
      throw new CorruptRecordsException(
          "A field of record " + scanned + " has " + length + " bytes, its record has " + size);
    }
    input.skip(length);
  }

  /** To the base timestamp of the batch, milliseconds. */
  long timestampDelta() {
    return timestampDelta;
  }

  int offsetDelta() {
    return offsetDelta;
  }

  boolean hasKey() {
    return hasKey;
  }

  @Override
  public void close() {
    input.close();
  }
}
