package org.odradek.broker.group;

import org.jspecify.annotations.Nullable;

/**
 * How a member names itself in a request.
 *
 * @param memberId empty where the request allows to name none
 * @param groupInstanceId of a static member
 * @param reason why it leaves (KIP-800), null when it did not say
 */
public record MemberIdentity(
    String memberId, @Nullable String groupInstanceId, @Nullable String reason) {

  public MemberIdentity(String memberId, @Nullable String groupInstanceId) {
    this(memberId, groupInstanceId, null);
  }
}
