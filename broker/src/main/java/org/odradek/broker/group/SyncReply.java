package org.odradek.broker.group;

import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;

/** The answer to a {@link SyncCall}; the assignment is empty when there is an error. */
public record SyncReply(
    ErrorCode error,
    @Nullable String protocolType,
    @Nullable String protocolName,
    byte[] assignment) {
  static final byte[] NO_ASSIGNMENT = new byte[0];

  static SyncReply failed(ErrorCode error) {
    return new SyncReply(error, null, null, NO_ASSIGNMENT);
  }
}
