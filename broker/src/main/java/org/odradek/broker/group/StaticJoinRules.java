package org.odradek.broker.group;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.odradek.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a static member (KIP-345) comes back without a member id, because it was
 * restarted: it takes the place of its former self under a new id, and a stable group stays so.
 */
final class StaticJoinRules {
  private static final Logger LOG = LoggerFactory.getLogger(StaticJoinRules.class);

  private final GroupContext context;
  private final Rebalance rebalance;

  StaticJoinRules(GroupContext context, Rebalance rebalance) {
    this.context = context;
    this.rebalance = rebalance;
  }

  /** What a replaced member was, for the case that the log does not take the change. */
  private record Former(
      String memberId,
      String clientId,
      String clientHost,
      List<MemberProtocol> protocols,
      int rebalanceTimeoutMs,
      int sessionTimeoutMs) {
    static Former of(Member member) {
      return new Former(
          member.id(),
          member.clientId(),
          member.clientHost(),
          member.protocols(),
          member.rebalanceTimeoutMs(),
          member.sessionTimeoutMs());
    }
  }

  void rejoin(Group group, Member member, String newId, JoinCall call, Consumer<JoinReply> reply) {
    GroupMembers members = group.members();
    String leaderBefore = members.leaderId();
    Former former = Former.of(member);
    members.replaceStatic(member, newId, call.clientId(), call.clientHost());
    members.update(member, call.protocols(), call.rebalanceTimeoutMs(), call.sessionTimeoutMs());
    members.awaitJoin(member, reply);
    rebalance.sessions().renew(group, member);
    LOG.info("Static member {} of group {} is back, it was {}", member, group, former.memberId());
    switch (group.state()) {
      case STABLE -> {
        if (members.selectProtocol().equals(group.protocolName())) {
          keepGeneration(group, member, former, leaderBefore == null ? "" : leaderBefore, call);
        } else {
          rebalance.prepare(group, "static member " + member + " changes the selected protocol");
        }
      }
      // The leader may assign to the former id: the new one would get nothing.
      case COMPLETING_REBALANCE ->
          rebalance.prepare(
              group,
              "static member " + member + " is back, client reason: " + call.reasonOrDefault());
      case PREPARING_REBALANCE -> {}
      case EMPTY, DEAD ->
          throw new IllegalStateException(
              "group " + group + " has static member " + member + " in a state without members");
    }
  }

  /** The assignments stay as they are; the log learns the new id before the member does. */
  private void keepGeneration(
      Group group, Member member, Former former, String leaderBefore, JoinCall call) {
    Map<String, byte[]> assignments = new HashMap<>();
    group.members().all().forEach(each -> assignments.put(each.id(), each.assignment()));
    int generation = group.generation();
    String newId = member.id();
    context
        .writer()
        .storeGroup(
            group,
            assignments,
            error -> {
              if (group.members().find(newId) != member) {
                return; // left, or replaced once more: answered by that
              }
              if (!group.is(GroupState.STABLE) || group.generation() != generation) {
                // A rebalance has begun, and the answer is the next generation, which is recorded
                // in its turn. The member may know its new id already, so it keeps it even if the
                // log did not take this one.
                return;
              }
              if (error != ErrorCode.NONE) {
                revert(group, member, former, leaderBefore, error);
              } else {
                group.members().answerJoin(member, resumed(group, member, leaderBefore, call));
                // Its session may have run out while it waited for the log, which had no effect.
                rebalance.sessions().renew(group, member);
              }
            });
  }

  private static JoinReply resumed(Group group, Member member, String leaderBefore, JoinCall call) {
    boolean leads = group.members().isLeader(member.id());
    if (call.supportsSkippingAssignment()) {
      JoinReply reply = Rebalance.joined(group, member, leads ? group.joinedMembers() : List.of());
      return new JoinReply(
          reply.error(),
          reply.generation(),
          reply.protocolType(),
          reply.protocolName(),
          reply.leaderId(),
          leads,
          reply.memberId(),
          reply.members());
    }
    // An older client would compute an assignment that nobody takes, if it knew that it leads: the
    // former id keeps it from recognising itself.
    return new JoinReply(
        ErrorCode.NONE,
        group.generation(),
        group.protocolType(),
        group.protocolName(),
        leaderBefore,
        false,
        member.id(),
        List.of());
  }

  private void revert(
      Group group, Member member, Former former, String leaderBefore, ErrorCode error) {
    LOG.warn("The log did not take the new id of static member {}: {}", member, error);
    GroupMembers members = group.members();
    members.answerJoin(
        member,
        new JoinReply(
            error,
            group.generation(),
            group.protocolType(),
            group.protocolName(),
            leaderBefore,
            false,
            "",
            List.of()));
    members.update(
        member, former.protocols(), former.rebalanceTimeoutMs(), former.sessionTimeoutMs());
    members.replaceStatic(member, former.memberId(), former.clientId(), former.clientHost());
    rebalance.sessions().renew(group, member);
  }
}
