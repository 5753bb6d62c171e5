package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;

/**
 * A group as DescribeGroups shows it. A group that does not exist is described as dead, without
 * error.
 *
 * @param state empty when there is an error
 * @param protocolName empty but in a stable group
 */
public record GroupDescription(
    ErrorCode error,
    String groupId,
    String state,
    String protocolType,
    String protocolName,
    List<DescribedMember> members) {

  /** A member; metadata and assignment are empty but in a stable group. */
  public record DescribedMember(
      String memberId,
      @Nullable String groupInstanceId,
      String clientId,
      String clientHost,
      byte[] metadata,
      byte[] assignment) {}

  static GroupDescription failed(String groupId, ErrorCode error) {
    return new GroupDescription(error, groupId, "", "", "", List.of());
  }

  static GroupDescription missing(String groupId) {
    return new GroupDescription(
        ErrorCode.NONE, groupId, GroupState.DEAD.wireName(), "", "", List.of());
  }

  static GroupDescription of(Group group) {
    String protocolType = group.protocolType();
    String protocolName = group.is(GroupState.STABLE) ? group.protocolName() : null;
    List<DescribedMember> members = new ArrayList<>(group.members().size());
    for (Member member : group.members().all()) {
      members.add(
          new DescribedMember(
              member.id(),
              member.groupInstanceId(),
              member.clientId(),
              member.clientHost(),
              protocolName == null ? SyncReply.NO_ASSIGNMENT : member.metadata(protocolName),
              protocolName == null ? SyncReply.NO_ASSIGNMENT : member.assignment()));
    }
    return new GroupDescription(
        ErrorCode.NONE,
        group.id(),
        group.state().wireName(),
        protocolType == null ? "" : protocolType,
        protocolName == null ? "" : protocolName,
        members);
  }
}
