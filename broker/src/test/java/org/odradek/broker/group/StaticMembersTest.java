package org.odradek.broker.group;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.odradek.broker.group.GroupHarness.joinCall;
import static org.odradek.broker.group.GroupHarness.withProtocols;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ErrorCode;

class StaticMembersTest {
  private final GroupHarness harness = new GroupHarness().elected();
  private final JoinCall leads = joinCall("", "one", "t");
  private final JoinCall follows = joinCall("", "two", "t");

  private static JoinCall withoutSkipping(JoinCall call) {
    return new JoinCall(
        call.groupId(),
        call.memberId(),
        call.groupInstanceId(),
        false,
        false,
        call.clientId(),
        call.clientHost(),
        call.rebalanceTimeoutMs(),
        call.sessionTimeoutMs(),
        call.protocolType(),
        call.protocols(),
        null);
  }

  @Test
  void aRestartedFollowerGetsItsAssignmentBackWithoutARebalance() {
    JoinReply[] group = harness.formed(leads, follows);
    JoinReply back = harness.join(follows).get();
    assertEquals(1, back.generation());
    assertEquals(List.of(), back.members());
    assertFalse(back.skipAssignment());
    assertEquals("Stable", harness.describe().state());
    SyncReply synced = harness.sync(back.memberId(), "two", 1, Map.of()).get();
    assertArrayEquals(group[1].memberId().getBytes(StandardCharsets.UTF_8), synced.assignment());
    assertEquals(ErrorCode.FENCED_INSTANCE_ID, harness.heartbeat(group[1].memberId(), "two", 1));
    assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, harness.heartbeat(group[1].memberId(), null, 1));
  }

  @Test
  void theLogKnowsTheNewIdBeforeTheMemberDoes() {
    harness.formed(leads, follows);
    harness.log.hold(true);
    Reply<JoinReply> back = harness.join(follows);
    assertFalse(back.isHere());
    harness.log.acknowledgeAll();
    harness.settle();
    GroupRecord.Metadata last = (GroupRecord.Metadata) harness.log.records(0).getLast();
    assertTrue(
        Objects.requireNonNull(last.generation()).members().stream()
            .anyMatch(member -> member.memberId().equals(back.get().memberId())));
  }

  @Test
  void aSlowLogDoesNotLeaveTheMemberUnwatched() {
    harness.formed(leads);
    harness.log.hold(true);
    Reply<JoinReply> back = harness.join(leads);
    harness.advance(GroupHarness.SESSION_MS);
    harness.log.acknowledgeAll();
    harness.settle();
    assertEquals(ErrorCode.NONE, back.get().error());
    harness.log.hold(false);
    harness.advance(GroupHarness.SESSION_MS);
    assertEquals("Empty", harness.describe().state());
  }

  @Test
  void aChangeThatTheLogRefusesIsTakenBack() {
    JoinReply[] group = harness.formed(leads, follows);
    harness.log.refuse(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    assertEquals(ErrorCode.NOT_COORDINATOR, harness.join(follows).get().error());
    harness.log.refuse(null);
    assertEquals(ErrorCode.NONE, harness.heartbeat(group[1].memberId(), "two", 1));
  }

  @Test
  void anIdThatTheMemberKnowsIsNotTakenBack() {
    JoinReply[] group = harness.formed(leads, follows);
    harness.log.hold(true);
    Reply<JoinReply> back = harness.join(follows);
    assertFalse(back.isHere(), "it waits for the log");
    Reply<JoinReply> newcomer = harness.join(joinCall("", null, "t"));
    harness.join(joinCall(group[0].memberId(), "one", "t"));
    assertEquals(2, back.get().generation());
    assertEquals(2, newcomer.get().generation());
    harness.log.finish(0, ErrorCode.REQUEST_TIMED_OUT);
    harness.settle();
    harness.log.hold(false);
    assertEquals(ErrorCode.NONE, harness.heartbeat(back.get().memberId(), "two", 2));
    Reply<SyncReply> synced = harness.sync(back.get().memberId(), "two", 2, Map.of());
    harness.sync(group[0].memberId(), "one", 2, GroupHarness.assignments(back.get()));
    assertEquals(ErrorCode.NONE, synced.get().error());
  }

  @Test
  void aRestartedLeaderIsToldToSkipTheAssignment() {
    harness.formed(leads, follows);
    JoinReply back = harness.join(leads).get();
    assertTrue(back.skipAssignment());
    assertEquals(back.memberId(), back.leaderId());
    assertEquals(2, back.members().size());
    assertEquals(1, back.generation());
  }

  @Test
  void aLeaderThatCannotSkipDoesNotLearnThatItLeads() {
    JoinReply[] group = harness.formed(leads, follows);
    JoinReply back = harness.join(withoutSkipping(leads)).get();
    assertEquals(group[0].memberId(), back.leaderId());
    assertFalse(back.memberId().equals(back.leaderId()));
    assertEquals(List.of(), back.members());
  }

  @Test
  void aRestartThatChangesTheProtocolRebalances() {
    JoinCall ab = withProtocols(leads, "a", "b");
    JoinCall ab2 = withProtocols(follows, "a", "b");
    harness.formed(ab, ab2);
    Reply<JoinReply> back = harness.join(withProtocols(follows, "b"));
    assertFalse(back.isHere());
    assertEquals("PreparingRebalance", harness.describe().state());
  }

  @Test
  void aMemberThatWaitsIsFencedByItsSuccessor() {
    Reply<JoinReply> waiting = harness.join(leads);
    Reply<JoinReply> successor = harness.join(leads);
    assertEquals(ErrorCode.FENCED_INSTANCE_ID, waiting.get().error());
    harness.advance(10_000);
    assertEquals(1, successor.get().members().size());
  }

  @Test
  void aRestartBeforeTheAssignmentStartsTheRebalanceOver() {
    Reply<JoinReply> one = harness.join(leads);
    Reply<JoinReply> two = harness.join(follows);
    harness.advance(6_000);
    Reply<SyncReply> waiting = harness.sync(two.get().memberId(), "two", 1, Map.of());
    Reply<JoinReply> back = harness.join(follows);
    assertEquals(ErrorCode.FENCED_INSTANCE_ID, waiting.get().error());
    assertFalse(back.isHere());
    harness.join(joinCall(one.get().memberId(), "one", "t"));
    assertEquals(2, back.get().generation());
  }

  @Test
  void aStaticMemberThatMissesARebalanceStaysUntilItsSessionEnds() {
    JoinReply[] group = harness.formed(leads, follows);
    for (int waitedMs = 0; waitedMs < 9_000; waitedMs += 3_000) {
      harness.advance(3_000);
      harness.heartbeat(group[0].memberId(), "one", 1);
    }
    assertEquals(2, harness.describe().members().size());
    harness.advance(3_000);
    assertEquals("PreparingRebalance", harness.describe().state());
    assertEquals(1, harness.describe().members().size());
  }

  @Test
  void whenNoStaticMemberRejoinsTheSessionsDecide() {
    JoinCall patient =
        new JoinCall(
            "g",
            "",
            "one",
            false,
            true,
            "c",
            "/h",
            10_000,
            600_000,
            "consumer",
            leads.protocols(),
            null);
    JoinReply[] group = harness.formed(patient, joinCall("", null, "t"));
    harness.leave(new MemberIdentity(group[1].memberId(), null));
    assertEquals("PreparingRebalance", harness.describe().state());
    harness.advance(100_000);
    assertEquals("PreparingRebalance", harness.describe().state());
    assertEquals(1, harness.describe().members().size());
    JoinReply back = harness.join(joinCall(group[0].memberId(), "one", "t")).get();
    assertEquals(2, back.generation());
  }

  @Test
  void anAdministratorRemovesAStaticMemberByItsInstance() {
    harness.formed(leads, follows);
    assertEquals(
        List.of(ErrorCode.NONE, ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.FENCED_INSTANCE_ID),
        harness
            .leave(
                new MemberIdentity("", "two"),
                new MemberIdentity("", "three"),
                new MemberIdentity("stale", "one"))
            .members());
    assertEquals(1, harness.describe().members().size());
  }
}
