package org.odradek.broker.group;

import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;

/** Whether a request comes from a member, and from which generation. */
final class MemberCheck {
  private MemberCheck() {}

  /**
   * The member must be in the group, and if it names its instance, it must be the one that goes by
   * that instance now: an older one is fenced.
   */
  static ErrorCode current(Group group, String memberId, @Nullable String groupInstanceId) {
    if (groupInstanceId != null) {
      String currentId = group.members().idOfInstance(groupInstanceId);
      if (currentId == null) {
        return ErrorCode.UNKNOWN_MEMBER_ID;
      }
      if (!currentId.equals(memberId)) {
        return ErrorCode.FENCED_INSTANCE_ID;
      }
    }
    return group.members().has(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
  }

  static ErrorCode currentInGeneration(
      Group group, String memberId, @Nullable String groupInstanceId, int generation) {
    ErrorCode error = current(group, memberId, groupInstanceId);
    if (error != ErrorCode.NONE) {
      return error;
    }
    return generation == group.generation() ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
  }
}
