package org.odradek.protocol.record;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that should be records are not: a length that leaves its frame, a checksum that differs, a
 * field outside its range, compressed data that does not decompress. The message says which, with
 * the values. On the wire this is CORRUPT_MESSAGE.
 */
public class CorruptRecordsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CorruptRecordsException(String message) {
    super(message);
  }

  public CorruptRecordsException(@Nullable String message, Throwable cause) {
    super(message, cause);
  }
}
