package org.odradek.broker.group;

import java.util.List;
import java.util.Map;
import org.odradek.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a group from one generation to the next: calls the members in, waits for them, fixes the
 * generation, and sees that they fetch their assignments.
 */
final class Rebalance {
  private static final Logger LOG = LoggerFactory.getLogger(Rebalance.class);

  private final GroupContext context;
  private final MemberSessions sessions;

  Rebalance(GroupContext context) {
    this.context = context;
    this.sessions = new MemberSessions(context.timer(), this::sessionExpired);
  }

  MemberSessions sessions() {
    return sessions;
  }

  void prepareIfAllowed(Group group, String reason) {
    if (group.mayRebalance()) {
      prepare(group, reason);
    }
  }

  void prepare(Group group, String reason) {
    if (group.is(GroupState.COMPLETING_REBALANCE)) {
      propagateFailure(group, ErrorCode.REBALANCE_IN_PROGRESS);
    }
    group.cancelSyncTimeout();
    boolean wasEmpty = group.is(GroupState.EMPTY);
    group.become(GroupState.PREPARING_REBALANCE, context.wallMs());
    LOG.info("Group {} prepares to rebalance: {}", group, reason);
    if (wasEmpty) {
      int delayMs = context.config().initialRebalanceDelayMs();
      group.inInitialDelay = true;
      group.memberAddedInInitialDelay = false;
      scheduleInitialDelay(
          group, delayMs, Math.max(group.members().rebalanceTimeoutMs() - delayMs, 0));
    } else {
      scheduleJoinTimeout(group);
      completeIfAllJoined(group);
    }
  }

  /** A group that was empty waits a little, and a little longer as long as more members come. */
  private void scheduleInitialDelay(Group group, long delayMs, long remainingMs) {
    group.cancelJoinTimeout();
    group.joinTimeout =
        context
            .timer()
            .schedule(
                delayMs,
                () -> {
                  group.joinTimeout = null;
                  if (group.memberAddedInInitialDelay && remainingMs != 0) {
                    group.memberAddedInInitialDelay = false;
                    long nextMs = Math.min(context.config().initialRebalanceDelayMs(), remainingMs);
                    scheduleInitialDelay(group, nextMs, Math.max(remainingMs - nextMs, 0));
                  } else {
                    completeJoin(group);
                  }
                });
  }

  private void scheduleJoinTimeout(Group group) {
    group.cancelJoinTimeout();
    group.joinTimeout =
        context
            .timer()
            .schedule(
                group.members().rebalanceTimeoutMs(),
                () -> {
                  group.joinTimeout = null;
                  completeJoin(group);
                });
  }

  void completeIfAllJoined(Group group) {
    if (group.is(GroupState.PREPARING_REBALANCE)
        && !group.inInitialDelay
        && group.members().allJoined()) {
      completeJoin(group);
    }
  }

  /** All have joined, or time is up: who has not joined is out, unless it is a static member. */
  private void completeJoin(Group group) {
    if (!group.is(GroupState.PREPARING_REBALANCE)) {
      throw new IllegalStateException("group " + group + " is not preparing a rebalance");
    }
    group.cancelJoinTimeout();
    group.inInitialDelay = false;
    GroupMembers members = group.members();
    for (Member member : members.snapshot()) {
      if (!member.isAwaitingJoin() && !member.isStatic()) {
        LOG.info("Group {} goes on without {}, which did not rejoin in time", group, member);
        members.remove(member);
      }
    }
    if (!members.isEmpty() && !members.electJoinedLeader()) {
      // Only static members are left, and none of them has come: their sessions decide.
      LOG.warn("Group {} cannot complete its rebalance, as no member rejoined", group);
      scheduleJoinTimeout(group);
      return;
    }
    group.nextGeneration(context.wallMs());
    if (members.isEmpty()) {
      LOG.info("Group {} has no members any more", group);
      context.writer().storeGroup(group, Map.of(), error -> logIfFailed(group, error));
    } else {
      LOG.info("Group {} is formed of {} members", group, members.size());
      beginGeneration(group);
    }
  }

  private static void logIfFailed(Group group, ErrorCode error) {
    if (error != ErrorCode.NONE) {
      LOG.warn("The log did not take that group {} is empty: {}", group, error);
    }
  }

  private void beginGeneration(Group group) {
    GroupMembers members = group.members();
    members.expectSyncs();
    for (Member member : members.snapshot()) {
      members.answerJoin(
          member,
          joined(
              group,
              member,
              group.members().isLeader(member.id()) ? group.joinedMembers() : List.of()));
      sessions.renew(group, member);
      member.firstJoinDone();
    }
    int generation = group.generation();
    group.cancelSyncTimeout();
    group.syncTimeout =
        context
            .timer()
            .schedule(members.rebalanceTimeoutMs(), () -> syncsExpired(group, generation));
  }

  /** The reply that brings a member into the current generation. */
  static JoinReply joined(Group group, Member member, List<JoinReply.JoinedMember> members) {
    String leaderId = group.members().leaderId();
    return new JoinReply(
        ErrorCode.NONE,
        group.generation(),
        group.protocolType(),
        group.protocolName(),
        leaderId == null ? "" : leaderId,
        false,
        member.id(),
        members);
  }

  /** A member has asked for its assignment. */
  void synced(Group group, String memberId) {
    group.members().synced(memberId);
    if (group.members().allSynced()) {
      group.cancelSyncTimeout();
    }
  }

  private void syncsExpired(Group group, int generation) {
    group.syncTimeout = null;
    if (group.generation() != generation
        || group.members().allSynced()
        || !(group.is(GroupState.COMPLETING_REBALANCE) || group.is(GroupState.STABLE))) {
      return;
    }
    List<String> late = group.members().notSynced();
    for (String memberId : late) {
      Member member = group.members().find(memberId);
      if (member != null) {
        group.members().remove(member);
      }
    }
    prepareIfAllowed(group, "members " + late + " did not ask for their assignment in time");
  }

  void propagateAssignments(Group group, Map<String, byte[]> assignments) {
    group.assign(assignments);
    answerSyncs(group, ErrorCode.NONE);
  }

  void propagateFailure(Group group, ErrorCode error) {
    group.assign(Map.of());
    answerSyncs(group, error);
  }

  private void answerSyncs(Group group, ErrorCode error) {
    for (Member member : group.members().snapshot()) {
      SyncReply reply =
          error == ErrorCode.NONE
              ? new SyncReply(
                  error, group.protocolType(), group.protocolName(), member.assignment())
              : SyncReply.failed(error);
      if (group.members().answerSync(member, reply)) {
        // Its session may have run out while it waited, which had no effect.
        sessions.renew(group, member);
      }
    }
  }

  private void sessionExpired(Group group, Member member) {
    removeMember(group, member, "member " + member + " failed");
  }

  /** Takes a member out and lets the others rebalance. */
  void removeMember(Group group, Member member, String reason) {
    group.members().remove(member);
    switch (group.state()) {
      case STABLE, COMPLETING_REBALANCE -> prepare(group, reason);
      case PREPARING_REBALANCE -> completeIfAllJoined(group);
      case EMPTY, DEAD -> {}
    }
  }

  void removePending(Group group, String memberId) {
    group.members().pendingDone(memberId);
    completeIfAllJoined(group);
  }
}
