package org.odradek.broker.group;

import java.util.List;
import org.odradek.protocol.ErrorCode;

/**
 * The outcome of OffsetDelete.
 *
 * @param error for the group as a whole
 * @param errors one for each partition asked for; empty when {@code error} is one
 */
public record OffsetDeletion(ErrorCode error, List<ErrorCode> errors) {
  static OffsetDeletion failed(ErrorCode error) {
    return new OffsetDeletion(error, List.of());
  }
}
