package org.odradek.protocol.record;

import java.util.ArrayList;
import java.util.List;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.record.InvalidRecordsException.RecordError;

/** Checks the records of one batch one after the other, and collects what is at fault with them. */
final class RecordChecks {
  private final ValidationSettings settings;
  private final long nowMs;
  private final TimestampType sentTimestampType;
  private final List<RecordError> errors = new ArrayList<>(0);
  private boolean timestampError;
  private int checked;
  private long maxTimestampMs = RecordBatchDescriptor.NO_TIMESTAMP;
  private int offsetDeltaOfMaxTimestamp;

  RecordChecks(ValidationSettings settings, long nowMs, TimestampType sentTimestampType) {
    this.settings = settings;
    this.nowMs = nowMs;
    this.sentTimestampType = sentTimestampType;
  }

  void check(long timestampMs, boolean hasKey) {
    if (!hasKey && settings.compacted()) {
      errors.add(new RecordError(checked, "A compacted topic needs a key in every record"));
    } else if (settings.timestampType() == TimestampType.CREATE_TIME) {
      checkTimestamp(timestampMs);
    }
    if (timestampMs > maxTimestampMs) {
      maxTimestampMs = timestampMs;
      offsetDeltaOfMaxTimestamp = checked;
    }
    checked++;
  }

  private void checkTimestamp(long timestampMs) {
    if (sentTimestampType == TimestampType.LOG_APPEND_TIME) {
      timestampError(
          "Producers may not send LogAppendTime, only CreateTime: the broker's time is its own");
    } else if (timestampMs != RecordBatchDescriptor.NO_TIMESTAMP) {
      if (timestampMs < nowMs && isFurther(nowMs, timestampMs, settings.timestampBeforeMaxMs())) {
        timestampError(
            "Timestamp %d is more than %d ms before the broker's %d"
                .formatted(timestampMs, settings.timestampBeforeMaxMs(), nowMs));
      } else if (timestampMs > nowMs
          && isFurther(timestampMs, nowMs, settings.timestampAfterMaxMs())) {
        timestampError(
            "Timestamp %d is more than %d ms after the broker's %d"
                .formatted(timestampMs, settings.timestampAfterMaxMs(), nowMs));
      }
    }
  }

  /** Whether {@code later - earlier > distance}, where the difference may not fit a long. */
  private static boolean isFurther(long later, long earlier, long distance) {
    long difference = later - earlier;
    return difference < 0 ? distance != Long.MAX_VALUE : difference > distance;
  }

  private void timestampError(String message) {
    timestampError = true;
    errors.add(new RecordError(checked, message));
  }

  /**
   * @throws InvalidRecordsException if a record was at fault: INVALID_TIMESTAMP if the time of any
   *     was, else INVALID_RECORD
   */
  void throwIfAnyFailed() {
    if (!errors.isEmpty()) {
      RecordError first = errors.getFirst();
      throw new InvalidRecordsException(
          timestampError ? ErrorCode.INVALID_TIMESTAMP : ErrorCode.INVALID_RECORD,
          "%d of %d records are refused, the first of them record %d: %s"
              .formatted(errors.size(), checked, first.batchIndex(), first.message()),
          errors);
    }
  }

  int count() {
    return checked;
  }

  /** The time that the stored batch says is its largest. */
  long maxTimestampMs() {
    return settings.timestampType() == TimestampType.LOG_APPEND_TIME ? nowMs : maxTimestampMs;
  }

  int offsetDeltaOfMaxTimestamp() {
    return settings.timestampType() == TimestampType.LOG_APPEND_TIME
        ? Math.max(0, checked - 1)
        : offsetDeltaOfMaxTimestamp;
  }
}
