package org.odradek.protocol.record;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;

/**
 * Records from a producer that are refused, with what the Produce response says about it. Has no
 * stack trace: what clients send decides how often it is thrown.
 */
public final class InvalidRecordsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode errorCode;
  private final transient List<RecordError> recordErrors;

  /**
   * One record that is at fault (KIP-467); sent from Produce version 8 on.
   *
   * @param batchIndex the record's place in its batch, from 0
   */
  public record RecordError(int batchIndex, String message) {}

  InvalidRecordsException(ErrorCode errorCode, @Nullable String message) {
    this(errorCode, message, List.of());
  }

  InvalidRecordsException(
      ErrorCode errorCode, @Nullable String message, List<RecordError> recordErrors) {
    super(message, null, false, false);
    this.errorCode = errorCode;
    this.recordErrors = List.copyOf(recordErrors);
  }

  public ErrorCode errorCode() {
    return errorCode;
  }

  /** Empty when it is not single records that are at fault. */
  public List<RecordError> recordErrors() {
    return recordErrors;
  }
}
