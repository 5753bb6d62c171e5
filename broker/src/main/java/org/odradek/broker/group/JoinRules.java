package org.odradek.broker.group;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.odradek.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a JoinGroup does, by who sends it and the state of the group. */
final class JoinRules {
  private static final Logger LOG = LoggerFactory.getLogger(JoinRules.class);

  private final GroupContext context;
  private final Rebalance rebalance;
  private final StaticJoinRules staticRules;
  private final Supplier<UUID> ids;

  JoinRules(GroupContext context, Rebalance rebalance, Supplier<UUID> ids) {
    this.context = context;
    this.rebalance = rebalance;
    this.staticRules = new StaticJoinRules(context, rebalance);
    this.ids = ids;
  }

  void join(Group group, JoinCall call, Consumer<JoinReply> reply) {
    if (!hasRoomFor(group, call.memberId())) {
      refuse(group, call.memberId());
      reply.accept(JoinReply.failed("", ErrorCode.GROUP_MAX_SIZE_REACHED));
    } else if (!group.accepts(call.protocolType(), call.protocols())) {
      reply.accept(JoinReply.failed(call.memberId(), ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
    } else if (call.isNewMember()) {
      joinNew(group, call, reply);
    } else {
      joinKnown(group, call, reply);
    }
    rebalance.completeIfAllJoined(group);
  }

  private static void refuse(Group group, String memberId) {
    group.members().pendingDone(memberId);
    Member member = group.members().find(memberId);
    if (member != null) {
      group.members().remove(member);
    }
  }

  /** {@code group.max.size} (KIP-389); while members are called in, the first ones get the room. */
  private boolean hasRoomFor(Group group, String memberId) {
    GroupMembers members = group.members();
    int maxSize = context.config().maxSize();
    return switch (group.state()) {
      case EMPTY, DEAD -> true;
      case PREPARING_REBALANCE -> {
        Member member = members.find(memberId);
        yield (member != null && member.isAwaitingJoin()) || members.awaitingJoin() < maxSize;
      }
      case COMPLETING_REBALANCE, STABLE -> members.has(memberId) || members.size() < maxSize;
    };
  }

  private void joinNew(Group group, JoinCall call, Consumer<JoinReply> reply) {
    String instance = call.groupInstanceId();
    String newId = (instance == null ? call.clientId() : instance) + "-" + ids.get();
    if (instance != null) {
      String currentId = group.members().idOfInstance(instance);
      if (currentId != null) {
        staticRules.rejoin(group, group.members().get(currentId), newId, call, reply);
        return;
      }
    } else if (call.requireKnownMemberId()) {
      LOG.debug("Group {} gives a new member the id {}", group, newId);
      group
          .members()
          .addPending(
              newId,
              context
                  .timer()
                  .schedule(call.sessionTimeoutMs(), () -> rebalance.removePending(group, newId)));
      reply.accept(JoinReply.failed(newId, ErrorCode.MEMBER_ID_REQUIRED));
      return;
    }
    add(group, newId, call, reply);
  }

  private void joinKnown(Group group, JoinCall call, Consumer<JoinReply> reply) {
    GroupMembers members = group.members();
    if (members.isPending(call.memberId())) {
      if (call.groupInstanceId() != null) {
        // Only dynamic members are handed an id to come back with.
        reply.accept(JoinReply.failed(call.memberId(), ErrorCode.UNKNOWN_MEMBER_ID));
      } else {
        add(group, call.memberId(), call, reply);
      }
      return;
    }
    ErrorCode error = MemberCheck.current(group, call.memberId(), call.groupInstanceId());
    if (error != ErrorCode.NONE) {
      reply.accept(JoinReply.failed(call.memberId(), error));
      return;
    }
    Member member = members.get(call.memberId());
    boolean unchanged = member.offers(call.protocols());
    boolean leads = members.isLeader(member.id());
    switch (group.state()) {
      case PREPARING_REBALANCE -> rejoin(group, member, call, "member " + member, reply);
      case COMPLETING_REBALANCE -> {
        if (unchanged) {
          // It has probably lost our answer; the generation is still the same.
          reply.accept(Rebalance.joined(group, member, leads ? group.joinedMembers() : List.of()));
        } else {
          rejoin(group, member, call, "changed metadata of member " + member, reply);
        }
      }
      case STABLE -> {
        if (leads) {
          rejoin(group, member, call, "leader " + member + " rejoins", reply);
        } else if (!unchanged) {
          rejoin(group, member, call, "changed metadata of member " + member, reply);
        } else {
          reply.accept(Rebalance.joined(group, member, List.of()));
        }
      }
      case EMPTY, DEAD ->
          reply.accept(JoinReply.failed(call.memberId(), ErrorCode.UNKNOWN_MEMBER_ID));
    }
  }

  private void add(Group group, String memberId, JoinCall call, Consumer<JoinReply> reply) {
    Member member = Member.joining(memberId, call);
    if (group.is(GroupState.PREPARING_REBALANCE) && group.inInitialDelay) {
      group.memberAddedInInitialDelay = true;
    }
    group.members().awaitJoin(member, reply);
    group.addMember(member);
    rebalance.sessions().startForNewMember(group, member);
    rebalance.prepareIfAllowed(
        group, "new member " + member + ", client reason: " + call.reasonOrDefault());
  }

  private void rejoin(
      Group group, Member member, JoinCall call, String reason, Consumer<JoinReply> reply) {
    group
        .members()
        .update(member, call.protocols(), call.rebalanceTimeoutMs(), call.sessionTimeoutMs());
    group.members().awaitJoin(member, reply);
    rebalance.prepareIfAllowed(group, reason + ", client reason: " + call.reasonOrDefault());
  }
}
