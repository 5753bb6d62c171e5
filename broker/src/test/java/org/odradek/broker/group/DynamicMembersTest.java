package org.odradek.broker.group;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.odradek.broker.group.GroupHarness.SESSION_MS;
import static org.odradek.broker.group.GroupHarness.joinCall;
import static org.odradek.broker.group.GroupHarness.requiringId;
import static org.odradek.broker.group.GroupHarness.withProtocols;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ErrorCode;

class DynamicMembersTest {
  private final GroupHarness harness = new GroupHarness().elected();

  @Test
  void aNewGroupWaitsTheInitialDelayAndThenSomeMoreWhileMembersCome() {
    Reply<JoinReply> first = harness.join(joinCall("", null, "t"));
    harness.advance(2_999);
    assertFalse(first.isHere());
    Reply<JoinReply> second = harness.join(joinCall("", null, "t"));
    harness.advance(1);
    assertFalse(first.isHere(), "the second member prolongs the delay");
    harness.advance(3_000);
    assertEquals(1, first.get().generation());
    assertEquals(first.get().memberId(), first.get().leaderId());
    assertEquals(first.get().memberId(), second.get().leaderId());
    assertEquals(2, first.get().members().size());
    assertEquals(List.of(), second.get().members());
  }

  @Test
  void theInitialDelayNeverPassesTheRebalanceTimeout() {
    Reply<JoinReply> first = harness.join(joinCall("", null, "t"));
    for (int waitedMs = 0; waitedMs < GroupHarness.REBALANCE_MS - 1_000; waitedMs += 1_000) {
      assertFalse(first.isHere(), () -> "at " + harness.timer.nowMs());
      harness.join(joinCall("", null, "t"));
      harness.advance(1_000);
    }
    harness.advance(1_000);
    assertTrue(first.isHere());
  }

  @Test
  void everyMemberGetsTheAssignmentThatTheLeaderBrings() {
    Reply<JoinReply> first = harness.join(joinCall("", null, "t"));
    Reply<JoinReply> second = harness.join(joinCall("", null, "t"));
    harness.advance(10_000);
    Reply<SyncReply> early = harness.sync(second.get().memberId(), null, 1, Map.of());
    assertFalse(early.isHere());
    assertEquals("CompletingRebalance", harness.describe().state());
    Reply<SyncReply> leader =
        harness.sync(
            first.get().memberId(), null, 1, GroupHarness.assignments(first.get(), second.get()));
    assertArrayEquals(
        first.get().memberId().getBytes(StandardCharsets.UTF_8), leader.get().assignment());
    assertArrayEquals(
        second.get().memberId().getBytes(StandardCharsets.UTF_8), early.get().assignment());
    assertEquals("range", early.get().protocolName());
    assertEquals("Stable", harness.describe().state());
    assertEquals("/127.0.0.1", harness.describe().members().getFirst().clientHost());
  }

  @Test
  void aMemberIdIsHandedOutFirstAndForgottenWhenItIsNotUsed() {
    JoinReply given = harness.join(requiringId(joinCall("", null, "t"))).get();
    assertEquals(ErrorCode.MEMBER_ID_REQUIRED, given.error());
    assertEquals("client-00000000-0000-0000-0000-000000000000", given.memberId());
    Reply<JoinReply> used = harness.join(joinCall(given.memberId(), null, "t"));
    harness.advance(3_000);
    assertEquals(ErrorCode.NONE, used.get().error());

    JoinReply unused = harness.join(requiringId(joinCall("", null, "t"))).get();
    harness.advance(SESSION_MS);
    assertEquals(
        ErrorCode.UNKNOWN_MEMBER_ID,
        harness.join(joinCall(unused.memberId(), null, "t")).get().error());
  }

  @Test
  void aPendingMemberHoldsTheRebalanceUpUntilItJoinsOrExpires() {
    JoinCall call = joinCall("", null, "t");
    JoinReply[] group = harness.formed(call);
    JoinReply pending = harness.join(requiringId(call)).get();
    Reply<JoinReply> leader = harness.join(joinCall(group[0].memberId(), null, "t"));
    assertFalse(leader.isHere());
    Reply<JoinReply> joined = harness.join(joinCall(pending.memberId(), null, "t"));
    assertEquals(2, leader.get().generation());
    assertEquals(2, joined.get().generation());
  }

  @Test
  void aSilentMemberIsRemovedAndTheOthersRebalance() {
    JoinCall call = joinCall("", null, "t");
    JoinReply[] group = harness.formed(call, call);
    for (int i = 0; i < 3; i++) {
      harness.advance(SESSION_MS / 3);
      assertEquals(ErrorCode.NONE, harness.heartbeat(group[0].memberId(), null, 1));
    }
    assertEquals(2, harness.describe().members().size());
    harness.advance(SESSION_MS / 3);
    assertEquals(ErrorCode.REBALANCE_IN_PROGRESS, harness.heartbeat(group[0].memberId(), null, 1));
    Reply<JoinReply> rejoined = harness.join(joinCall(group[0].memberId(), null, "t"));
    assertEquals(2, rejoined.get().generation());
    assertEquals(1, rejoined.get().members().size());
    assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, harness.heartbeat(group[1].memberId(), null, 1));
  }

  @Test
  void whoDoesNotRejoinInTimeIsOut() {
    JoinCall call = joinCall("", null, "t");
    JoinReply[] group = harness.formed(call, call);
    Reply<JoinReply> rejoined = harness.join(joinCall(group[0].memberId(), null, "t"));
    for (int waitedMs = 0; waitedMs < GroupHarness.REBALANCE_MS; waitedMs += 5_000) {
      assertFalse(rejoined.isHere());
      assertEquals(
          ErrorCode.REBALANCE_IN_PROGRESS, harness.heartbeat(group[1].memberId(), null, 1));
      harness.advance(5_000);
    }
    assertEquals(1, rejoined.get().members().size());
    assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, harness.heartbeat(group[1].memberId(), null, 1));
  }

  @Test
  void whoDoesNotSyncInTimeIsOut() {
    Reply<JoinReply> leader = harness.join(joinCall("", null, "t"));
    Reply<JoinReply> lazy = harness.join(joinCall("", null, "t"));
    harness.advance(6_000);
    harness.sync(leader.get().memberId(), null, 1, GroupHarness.assignments(leader.get()));
    for (int waitedMs = 0; waitedMs < GroupHarness.REBALANCE_MS; waitedMs += 5_000) {
      assertEquals(ErrorCode.NONE, harness.heartbeat(lazy.get().memberId(), null, 1));
      assertEquals(ErrorCode.NONE, harness.heartbeat(leader.get().memberId(), null, 1));
      harness.advance(5_000);
    }
    assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, harness.heartbeat(lazy.get().memberId(), null, 1));
    assertEquals(
        ErrorCode.REBALANCE_IN_PROGRESS, harness.heartbeat(leader.get().memberId(), null, 1));
  }

  @Test
  void aFollowerThatRejoinsUnchangedDisturbsNobody() {
    JoinCall call = joinCall("", null, "t");
    JoinReply[] group = harness.formed(call, call);
    JoinReply again = harness.join(joinCall(group[1].memberId(), null, "t")).get();
    assertEquals(1, again.generation());
    assertEquals(group[0].memberId(), again.leaderId());
    Reply<JoinReply> changed = harness.join(joinCall(group[1].memberId(), null, "t", "other"));
    assertFalse(changed.isHere());
    assertEquals("PreparingRebalance", harness.describe().state());
  }

  @Test
  void theProtocolThatAllKnowWinsByVotes() {
    JoinCall ab = withProtocols(joinCall("", null), "a", "b");
    JoinCall ba = withProtocols(joinCall("", null), "b", "a");
    JoinReply[] group = harness.formed(ab, ba, ba);
    assertEquals("b", group[0].protocolName());
    assertEquals(
        ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
        harness.join(withProtocols(joinCall("", null), "c")).get().error());
    Reply<JoinReply> onlyA = harness.join(withProtocols(joinCall("", null), "a"));
    for (JoinReply member : group) {
      harness.join(withProtocols(joinCall(member.memberId(), null), "b", "a"));
    }
    assertEquals("a", onlyA.get().protocolName());
  }

  @Test
  void leavingRebalancesAtOnceAndTheLastOneEmptiesTheGroup() {
    JoinCall call = joinCall("", null, "t");
    JoinReply[] group = harness.formed(call, call);
    assertEquals(
        List.of(ErrorCode.NONE, ErrorCode.UNKNOWN_MEMBER_ID),
        harness
            .leave(new MemberIdentity(group[0].memberId(), null), new MemberIdentity("no", null))
            .members());
    Reply<JoinReply> rejoined = harness.join(joinCall(group[1].memberId(), null, "t"));
    assertEquals(group[1].memberId(), rejoined.get().leaderId());
    harness.leave(new MemberIdentity(group[1].memberId(), null));
    assertEquals("Empty", harness.describe().state());
    assertEquals("consumer", harness.describe().protocolType());
    GroupRecord.Metadata last = (GroupRecord.Metadata) harness.log.records(0).getLast();
    GroupRecord.Generation empty = Objects.requireNonNull(last.generation());
    assertEquals(3, empty.generation());
    assertEquals(List.of(), empty.members());
  }

  @Test
  void requestsOfAnotherGenerationOrProtocolAreRefused() {
    JoinReply[] group = harness.formed(joinCall("", null, "t"));
    String id = group[0].memberId();
    assertEquals(ErrorCode.ILLEGAL_GENERATION, harness.heartbeat(id, null, 0));
    assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, harness.heartbeat("other", null, 1));
    assertEquals(ErrorCode.ILLEGAL_GENERATION, harness.sync(id, null, 2, Map.of()).get().error());
    Reply<SyncReply> mistaken = new Reply<>();
    harness.coordinator.sync(
        new SyncCall(GroupHarness.GROUP, 1, id, null, "consumer", "sticky", Map.of()), mistaken);
    harness.settle();
    assertEquals(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, mistaken.get().error());
  }

  @Test
  void aProtocolOfferedTwiceCountsOnce() {
    JoinCall call = joinCall("", null, "t");
    JoinReply[] group = harness.formed(withProtocols(call, "a", "a", "b"));
    Reply<JoinReply> second = harness.join(withProtocols(call, "b", "a", "b"));
    JoinCall again = joinCall(group[0].memberId(), null, "t");
    assertEquals(2, harness.join(withProtocols(again, "a", "b", "a")).get().generation());
    assertEquals(2, second.get().generation());
    assertEquals(
        ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
        harness.join(withProtocols(call, "c", "c")).get().error());
  }

  @Test
  void aGroupTakesNoMoreThanItsMaximum() {
    GroupConfig d = GroupConfig.DEFAULTS;
    GroupHarness small =
        new GroupHarness(
                new GroupConfig(
                    d.minSessionTimeoutMs(),
                    d.maxSessionTimeoutMs(),
                    d.initialRebalanceDelayMs(),
                    2,
                    d.offsetMetadataMaxLength(),
                    d.offsetsRetentionMs(),
                    d.retentionCheckIntervalMs(),
                    d.commitTimeoutMs(),
                    d.commitRequiredAcks(),
                    d.compression()),
                1)
            .elected();
    JoinCall call = joinCall("", null, "t");
    small.formed(call, call);
    JoinReply third = small.join(call).get();
    assertEquals(ErrorCode.GROUP_MAX_SIZE_REACHED, third.error());
    assertEquals("Stable", small.describe().state());
  }

  @Test
  void aFailedAssignmentStartsOver() {
    Reply<JoinReply> leader = harness.join(joinCall("", null, "t"));
    harness.advance(3_000);
    harness.log.refuse(ErrorCode.NOT_ENOUGH_REPLICAS);
    Reply<SyncReply> synced =
        harness.sync(leader.get().memberId(), null, 1, GroupHarness.assignments(leader.get()));
    assertEquals(ErrorCode.COORDINATOR_NOT_AVAILABLE, synced.get().error());
    assertEquals("PreparingRebalance", harness.describe().state());
  }

  @Test
  void sessionTimeoutsOutsideTheRangeAndEmptyGroupIdsAreRefused() {
    JoinCall call = joinCall("", null, "t");
    for (int sessionMs : new int[] {5_999, 1_800_001}) {
      JoinCall outside =
          new JoinCall(
              "g",
              "",
              null,
              false,
              true,
              "c",
              "/h",
              1,
              sessionMs,
              "consumer",
              call.protocols(),
              null);
      assertEquals(ErrorCode.INVALID_SESSION_TIMEOUT, harness.join(outside).get().error());
    }
    JoinCall nameless =
        new JoinCall(
            "", "", null, false, true, "c", "/h", 1, 10_000, "consumer", call.protocols(), null);
    assertEquals(ErrorCode.INVALID_GROUP_ID, harness.join(nameless).get().error());
    assertEquals(ErrorCode.UNKNOWN_MEMBER_ID, harness.join(joinCall("x", null)).get().error());
    assertEquals("Dead", harness.describe().state());
  }
}
