package org.odradek.broker.group;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member asks to be in the next generation (JoinGroup).
 *
 * @param memberId empty for a member that has no id yet
 * @param groupInstanceId of a static member (KIP-345)
 * @param requireKnownMemberId whether a new dynamic member is first given its id (KIP-394)
 * @param supportsSkippingAssignment whether the reply may tell a static leader to keep the
 *     assignment (KIP-814)
 * @param protocols in the member's order of preference
 * @param reason why the member joins (KIP-800), null when it did not say
 */
public record JoinCall(
    String groupId,
    String memberId,
    @Nullable String groupInstanceId,
    boolean requireKnownMemberId,
    boolean supportsSkippingAssignment,
    String clientId,
    String clientHost,
    int rebalanceTimeoutMs,
    int sessionTimeoutMs,
    String protocolType,
    List<MemberProtocol> protocols,
    @Nullable String reason) {

  boolean isNewMember() {
    return memberId.isEmpty();
  }

  String reasonOrDefault() {
    return reason == null || reason.isEmpty() ? "not provided" : reason;
  }
}
