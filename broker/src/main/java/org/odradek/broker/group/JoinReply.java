package org.odradek.broker.group;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;

/**
 * The answer to a {@link JoinCall}.
 *
 * @param members all members with their metadata, for the leader; empty for the others
 * @param skipAssignment the leader shall not compute an assignment
 */
public record JoinReply(
    ErrorCode error,
    int generation,
    @Nullable String protocolType,
    @Nullable String protocolName,
    String leaderId,
    boolean skipAssignment,
    String memberId,
    List<JoinedMember> members) {

  /** A member as the leader sees it. */
  public record JoinedMember(String memberId, @Nullable String groupInstanceId, byte[] metadata) {}

  static JoinReply failed(String memberId, ErrorCode error) {
    return new JoinReply(error, -1, null, null, "", false, memberId, List.of());
  }
}
