package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.odradek.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What members do once they have joined: sync, heartbeat, leave. */
final class MemberRules {
  private static final Logger LOG = LoggerFactory.getLogger(MemberRules.class);

  private final GroupContext context;
  private final Rebalance rebalance;

  MemberRules(GroupContext context, Rebalance rebalance) {
    this.context = context;
    this.rebalance = rebalance;
  }

  void sync(Group group, SyncCall call, Consumer<SyncReply> reply) {
    ErrorCode error =
        MemberCheck.currentInGeneration(
            group, call.memberId(), call.groupInstanceId(), call.generation());
    if (error == ErrorCode.NONE && !agrees(group, call)) {
      error = ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
    }
    if (error != ErrorCode.NONE) {
      reply.accept(SyncReply.failed(error));
      return;
    }
    Member member = group.members().get(call.memberId());
    switch (group.state()) {
      case PREPARING_REBALANCE -> reply.accept(SyncReply.failed(ErrorCode.REBALANCE_IN_PROGRESS));
      case COMPLETING_REBALANCE -> {
        group.members().awaitSync(member, reply);
        rebalance.synced(group, member.id());
        // A leader that lost our answer may bring another assignment while the first is written.
        // The log would have both, and the next coordinator would take the one that nobody got.
        boolean beingStored = group.storingGeneration == group.generation();
        if (group.members().isLeader(member.id()) && !beingStored) {
          storeAssignments(group, call);
        }
      }
      case STABLE -> {
        rebalance.synced(group, member.id());
        reply.accept(
            new SyncReply(
                ErrorCode.NONE, group.protocolType(), group.protocolName(), member.assignment()));
        rebalance.sessions().renew(group, member);
      }
      case EMPTY, DEAD -> reply.accept(SyncReply.failed(ErrorCode.UNKNOWN_MEMBER_ID));
    }
  }

  /** KIP-559: a member that remembers another protocol than ours is mistaken about the group. */
  private static boolean agrees(Group group, SyncCall call) {
    return (call.protocolType() == null || call.protocolType().equals(group.protocolType()))
        && (call.protocolName() == null || call.protocolName().equals(group.protocolName()));
  }

  private void storeAssignments(Group group, SyncCall call) {
    Map<String, byte[]> assignments = new HashMap<>(call.assignments());
    Set<String> missing = new TreeSet<>();
    for (Member member : group.members().all()) {
      if (assignments.putIfAbsent(member.id(), SyncReply.NO_ASSIGNMENT) == null) {
        missing.add(member.id());
      }
    }
    if (!missing.isEmpty()) {
      LOG.info("The leader of group {} assigns nothing to {}", group, missing);
    }
    int generation = call.generation();
    group.storingGeneration = generation;
    context
        .writer()
        .storeGroup(
            group,
            assignments,
            error -> {
              // Members may have come, failed or left while the log was being written.
              if (!group.is(GroupState.COMPLETING_REBALANCE) || group.generation() != generation) {
                return;
              }
              if (error == ErrorCode.NONE) {
                group.become(GroupState.STABLE, context.wallMs());
                rebalance.propagateAssignments(group, assignments);
                LOG.info("Group {} is stable", group);
              } else {
                rebalance.propagateFailure(group, error);
                rebalance.prepareIfAllowed(group, "the log did not take the assignment: " + error);
              }
            });
  }

  ErrorCode heartbeat(Group group, MemberIdentity identity, int generation) {
    ErrorCode error =
        MemberCheck.currentInGeneration(
            group, identity.memberId(), identity.groupInstanceId(), generation);
    if (error != ErrorCode.NONE) {
      return error;
    }
    return switch (group.state()) {
      case EMPTY, DEAD -> ErrorCode.UNKNOWN_MEMBER_ID;
      case PREPARING_REBALANCE -> {
        renew(group, identity);
        yield ErrorCode.REBALANCE_IN_PROGRESS;
      }
      case COMPLETING_REBALANCE, STABLE -> {
        renew(group, identity);
        yield ErrorCode.NONE;
      }
    };
  }

  void renew(Group group, MemberIdentity identity) {
    rebalance.sessions().renew(group, group.members().get(identity.memberId()));
  }

  /** One error for each that leaves; a static one may be removed by its instance alone. */
  List<ErrorCode> leave(Group group, List<MemberIdentity> leaving) {
    List<ErrorCode> errors = new ArrayList<>(leaving.size());
    for (MemberIdentity identity : leaving) {
      errors.add(leave(group, identity));
    }
    return errors;
  }

  private ErrorCode leave(Group group, MemberIdentity identity) {
    String memberId = identity.memberId();
    String instance = identity.groupInstanceId();
    if (memberId.isEmpty()) {
      String currentId = instance == null ? null : group.members().idOfInstance(instance);
      if (currentId == null) {
        return ErrorCode.UNKNOWN_MEMBER_ID;
      }
      memberId = currentId;
    } else if (group.members().isPending(memberId)) {
      rebalance.removePending(group, memberId);
      return ErrorCode.NONE;
    } else {
      ErrorCode error = MemberCheck.current(group, memberId, instance);
      if (error != ErrorCode.NONE) {
        return error;
      }
    }
    Member member = group.members().get(memberId);
    String reason = identity.reason();
    rebalance.removeMember(
        group,
        member,
        "member " + member + " left, client reason: " + (reason == null ? "not provided" : reason));
    return ErrorCode.NONE;
  }
}
