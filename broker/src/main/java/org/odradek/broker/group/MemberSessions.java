package org.odradek.broker.group;

import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches that members stay alive. A member has one timeout on the wheel, which looks at the
 * deadline when it fires and goes on for the rest of the time: a heartbeat only moves the deadline.
 *
 * <p>Members whose JoinGroup or SyncGroup waits for us are alive for as long as they wait, but for
 * new ones: they cannot heartbeat before they know their id, and a client that gave up is not
 * noticed, so their first JoinGroup may wait for five minutes only.
 */
final class MemberSessions {
  private static final Logger LOG = LoggerFactory.getLogger(MemberSessions.class);
  static final long NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60 * 1000;

  private final OwnerTimer timer;
  private final BiConsumer<Group, Member> whenExpired;

  MemberSessions(OwnerTimer timer, BiConsumer<Group, Member> whenExpired) {
    this.timer = timer;
    this.whenExpired = whenExpired;
  }

  /** A sign of life. */
  void renew(Group group, Member member) {
    extend(group, member, member.sessionTimeoutMs());
  }

  void startForNewMember(Group group, Member member) {
    extend(group, member, NEW_MEMBER_JOIN_TIMEOUT_MS);
  }

  private void extend(Group group, Member member, long timeoutMs) {
    if (group.is(GroupState.DEAD)) {
      return; // an append that ended after the group was dropped
    }
    member.sessionDeadlineMs = timer.nowMs() + timeoutMs;
    if (member.sessionTimeout == null) {
      schedule(group, member, timeoutMs);
    } else if (member.sessionDeadlineMs < member.sessionTimeoutFiresAtMs) {
      member.cancelSession();
      schedule(group, member, timeoutMs);
    }
  }

  private void schedule(Group group, Member member, long delayMs) {
    member.sessionTimeoutFiresAtMs = timer.nowMs() + delayMs;
    member.sessionTimeout = timer.schedule(delayMs, () -> fired(group, member));
  }

  private void fired(Group group, Member member) {
    member.sessionTimeout = null;
    long remainingMs = member.sessionDeadlineMs - timer.nowMs();
    if (remainingMs > 0) {
      schedule(group, member, remainingMs);
    } else if (!member.inFirstJoin() && (member.isAwaitingJoin() || member.isAwaitingSync())) {
      // The answer that it waits for starts its session anew.
      LOG.debug("Member {} of group {} is waiting for an answer, so it lives", member, group);
    } else {
      LOG.info(
          "Member {} of group {} has not been heard of for {} ms and is removed",
          member,
          group,
          member.inFirstJoin() ? NEW_MEMBER_JOIN_TIMEOUT_MS : member.sessionTimeoutMs());
      whenExpired.accept(group, member);
    }
  }
}
