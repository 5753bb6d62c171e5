package org.odradek.broker.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.odradek.broker.group.GroupHarness.joinCall;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;

class OffsetsTest {
  private final GroupHarness harness = new GroupHarness().elected();

  private OffsetCommitCall.Commit withMetadata(String topic, long offset, String metadata) {
    return new OffsetCommitCall.Commit(
        new TopicPartition(topic, 0),
        new CommittedOffset(offset, 5, metadata, harness.timer.millis(), -1));
  }

  private OffsetCommitCall.Commit expiringIn(long ms) {
    long nowMs = harness.timer.millis();
    return new OffsetCommitCall.Commit(
        new TopicPartition("t", 0), new CommittedOffset(1, -1, "", nowMs, nowMs + ms));
  }

  private long committedOffset(String topic) {
    return Objects.requireNonNull(harness.committed(topic, 0)).offset();
  }

  @Test
  void aCommitComesBackWithMetadataAndEpoch() {
    assertEquals(
        List.of(ErrorCode.NONE, ErrorCode.OFFSET_METADATA_TOO_LARGE),
        harness
            .commit("", -1, withMetadata("t", 42, "note"), withMetadata("u", 1, "x".repeat(4_097)))
            .get());
    CommittedOffset committed = Objects.requireNonNull(harness.committed("t", 0));
    assertEquals(42, committed.offset());
    assertEquals(5, committed.leaderEpoch());
    assertEquals("note", committed.metadata());
    assertNull(harness.committed("u", 0));
    assertEquals(1, harness.fetch(null).offsets().size());
    assertEquals("Empty", harness.describe().state());
    assertEquals("", harness.describe().protocolType());
  }

  @Test
  void anOffsetIsSeenOnceTheLogHasIt() {
    harness.commit("", -1, harness.offset("t", 0, 1));
    harness.log.hold(true);
    Reply<List<ErrorCode>> second = harness.commit("", -1, harness.offset("t", 0, 2));
    Reply<List<ErrorCode>> third = harness.commit("", -1, harness.offset("t", 0, 3));
    assertEquals(1, committedOffset("t"));
    assertEquals(
        ErrorCode.UNSTABLE_OFFSET_COMMIT,
        harness.fetch(null).offsets().getFirst().error(),
        "whoever wants it stable waits for what is on its way");
    harness.log.finish(1, null);
    harness.settle();
    assertEquals(3, committedOffset("t"));
    assertEquals(List.of(ErrorCode.NONE), third.get());
    harness.log.finish(0, null);
    harness.settle();
    assertEquals(List.of(ErrorCode.NONE), second.get());
    assertEquals(3, committedOffset("t"), "the acknowledgement that came late is older");
  }

  @Test
  void aLaterAppendThatFailsDoesNotTakeAnEarlierOneAlong() {
    harness.log.hold(true);
    Reply<List<ErrorCode>> first = harness.commit("", -1, harness.offset("t", 0, 1));
    harness.commit("", -1, harness.offset("t", 0, 2));
    harness.log.finish(1, ErrorCode.REQUEST_TIMED_OUT);
    harness.log.finish(0, null);
    harness.settle();
    assertEquals(List.of(ErrorCode.NONE), first.get());
    assertEquals(1, committedOffset("t"));
  }

  @Test
  void aFailedAppendChangesNothing() {
    harness.commit("", -1, harness.offset("t", 0, 1));
    Map<ErrorCode, ErrorCode> answers =
        Map.of(
            ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.COORDINATOR_NOT_AVAILABLE,
            ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_COORDINATOR,
            ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.INVALID_COMMIT_OFFSET_SIZE,
            ErrorCode.REQUEST_TIMED_OUT, ErrorCode.REQUEST_TIMED_OUT);
    answers.forEach((fromLog, toClient) -> {
      harness.log.refuse(fromLog);
      assertEquals(List.of(toClient), harness.commit("", -1, harness.offset("t", 0, 9)).get());
    });
    assertEquals(1, committedOffset("t"));
  }

  @Test
  void onlyMembersOfTheGenerationCommitToAGroupThatHasMembers() {
    JoinReply[] group = harness.formed(joinCall("", null, "t"));
    String id = group[0].memberId();
    OffsetCommitCall.Commit commit = harness.offset("t", 0, 1);
    assertEquals(List.of(ErrorCode.NONE), harness.commit(id, 1, commit).get());
    assertEquals(List.of(ErrorCode.ILLEGAL_GENERATION), harness.commit(id, 0, commit).get());
    assertEquals(List.of(ErrorCode.UNKNOWN_MEMBER_ID), harness.commit("x", 1, commit).get());
    assertEquals(List.of(ErrorCode.UNKNOWN_MEMBER_ID), harness.commit("", -1, commit).get());
    harness.leave(new MemberIdentity(id, null));
    assertEquals(List.of(ErrorCode.NONE), harness.commit("", -1, commit).get());
  }

  @Test
  void aCommitToAnUnknownGroupNeedsNoGeneration() {
    assertEquals(
        List.of(ErrorCode.ILLEGAL_GENERATION),
        harness.commit("m", 3, harness.offset("t", 0, 1)).get());
    assertEquals("Dead", harness.describe().state());
  }

  @Test
  void commitsBetweenJoinAndSyncHaveToWait() {
    Reply<JoinReply> joined = harness.join(joinCall("", null, "t"));
    harness.advance(3_000);
    assertEquals(
        List.of(ErrorCode.REBALANCE_IN_PROGRESS),
        harness.commit(joined.get().memberId(), 1, harness.offset("t", 0, 1)).get());
  }

  @Test
  void offsetsOfAnEmptyGroupExpireByWhenItBecameEmpty() {
    JoinReply[] group = harness.formed(joinCall("", null, "t"));
    harness.commit(group[0].memberId(), 1, harness.offset("t", 0, 7));
    harness.leave(new MemberIdentity(group[0].memberId(), null));
    long week = GroupConfig.DEFAULTS.offsetsRetentionMs();
    harness.advance(week - 60_000);
    assertEquals(7, committedOffset("t"));
    harness.advance(60_000 + GroupConfig.DEFAULTS.retentionCheckIntervalMs());
    assertEquals("Dead", harness.describe().state());
    List<GroupRecord> records = harness.log.records(0);
    assertEquals(
        List.of(
            new GroupRecord.Offset("g", new TopicPartition("t", 0), null),
            new GroupRecord.Metadata("g", null)),
        records.subList(records.size() - 2, records.size()));
  }

  @Test
  void offsetsOfASimpleConsumerExpireByTheirCommit() {
    long week = GroupConfig.DEFAULTS.offsetsRetentionMs();
    long check = GroupConfig.DEFAULTS.retentionCheckIntervalMs();
    harness.commit("", -1, harness.offset("old", 0, 1));
    harness.advance(week / 2);
    harness.commit("", -1, harness.offset("new", 0, 2));
    harness.advance(week / 2 + check);
    assertNull(harness.committed("old", 0));
    assertEquals(2, committedOffset("new"));
    harness.advance(week / 2 + check);
    assertEquals("Dead", harness.describe().state());
    assertEquals(
        new GroupRecord.Offset("g", new TopicPartition("new", 0), null),
        harness.log.records(0).getLast(),
        "no generation was recorded, so there is nothing to delete but the offset");
  }

  @Test
  void aRetentionTimeOfTheCommitsOwnWins() {
    harness.commit("", -1, expiringIn(3_600_000));
    harness.advance(3_000_000);
    assertNotNull(harness.committed("t", 0));
    harness.advance(600_000 + GroupConfig.DEFAULTS.retentionCheckIntervalMs());
    assertNull(harness.committed("t", 0));
  }

  @Test
  void aStableGroupKeepsWhatItIsSubscribedTo() {
    JoinReply[] group = harness.formed(joinCall("", null, "kept"));
    String id = group[0].memberId();
    harness.commit(id, 1, harness.offset("kept", 0, 1), harness.offset("gone", 0, 2));
    long untilMs =
        harness.timer.nowMs()
            + GroupConfig.DEFAULTS.offsetsRetentionMs()
            + GroupConfig.DEFAULTS.retentionCheckIntervalMs();
    while (harness.timer.nowMs() < untilMs) {
      harness.advance(9_000);
      assertEquals(ErrorCode.NONE, harness.heartbeat(id, null, 1));
    }
    assertEquals(1, committedOffset("kept"));
    assertNull(harness.committed("gone", 0));
  }

  @Test
  void deletingOffsetsSparesWhatIsConsumed() {
    JoinReply[] group = harness.formed(joinCall("", null, "used"));
    harness.commit(
        group[0].memberId(), 1, harness.offset("used", 0, 1), harness.offset("unused", 0, 2));
    Reply<OffsetDeletion> deletion = new Reply<>();
    harness.coordinator.deleteOffsets(
        "g", List.of(new TopicPartition("used", 0), new TopicPartition("unused", 0)), deletion);
    harness.settle();
    assertEquals(
        List.of(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC, ErrorCode.NONE), deletion.get().errors());
    assertEquals(1, committedOffset("used"));
    assertNull(harness.committed("unused", 0));
  }

  @Test
  void deletingAGroupLeavesTombstones() {
    JoinReply[] group = harness.formed(joinCall("", null, "t"));
    harness.commit(group[0].memberId(), 1, harness.offset("t", 0, 1));
    assertEquals(ErrorCode.NON_EMPTY_GROUP, delete());
    harness.leave(new MemberIdentity(group[0].memberId(), null));
    assertEquals(ErrorCode.NONE, delete());
    assertEquals(ErrorCode.GROUP_ID_NOT_FOUND, delete());
    assertEquals(List.of(), harness.fetch(null).offsets());
    harness.restarted();
    assertEquals("Dead", harness.describe().state());
  }

  private ErrorCode delete() {
    Reply<ErrorCode> reply = new Reply<>();
    harness.coordinator.deleteGroup("g", reply);
    harness.settle();
    return reply.get();
  }

  @Test
  void aCommitBesideALargeRemovalSurvivesARestart() {
    OffsetCommitCall.Commit[] many = new OffsetCommitCall.Commit[2_500];
    Arrays.setAll(many, partition -> harness.offset("t", partition, 1));
    harness.commit("", -1, many);
    harness.log.hold(true);
    harness.coordinator.topicsDeleted(Set.of("t"));
    harness.settle();
    Reply<List<ErrorCode>> commit = harness.commit("", -1, harness.offset("t", 2_400, 7));
    while (harness.log.unacknowledged() > 0) {
      harness.log.finish(0, null);
      harness.settle();
    }
    assertEquals(List.of(ErrorCode.NONE), commit.get());
    harness.log.hold(false);
    harness.restarted();
    assertEquals(7, Objects.requireNonNull(harness.committed("t", 2_400)).offset());
    assertEquals(1, harness.fetch(null).offsets().size());
  }

  @Test
  void aRemovalThatTheLogTookInPartSaysSo() {
    OffsetCommitCall.Commit[] many = new OffsetCommitCall.Commit[1_500];
    Arrays.setAll(many, partition -> harness.offset("t", partition, 1));
    harness.commit("", -1, many);
    harness.log.hold(true);
    Reply<ErrorCode> deletion = new Reply<>();
    harness.coordinator.deleteGroup("g", deletion);
    harness.settle();
    harness.log.finish(0, ErrorCode.NOT_LEADER_OR_FOLLOWER);
    harness.settle();
    assertFalse(deletion.isHere(), "the second batch is on its way");
    harness.log.finish(0, null);
    harness.settle();
    assertEquals(ErrorCode.NOT_COORDINATOR, deletion.get());
  }

  @Test
  void aDeletionTakesTheCommitOnItsWayAlong() {
    harness.log.hold(true);
    harness.commit("", -1, harness.offset("t", 0, 1));
    Reply<ErrorCode> deletion = new Reply<>();
    harness.coordinator.deleteGroup("g", deletion);
    harness.settle();
    harness.log.acknowledgeAll();
    harness.settle();
    assertEquals(ErrorCode.NONE, deletion.get());
    harness.log.hold(false);
    harness.restarted();
    assertEquals("Dead", harness.describe().state());
  }

  @Test
  void aDeletedTopicTakesTheCommitOnItsWayAlong() {
    harness.commit("", -1, harness.offset("u", 0, 2));
    harness.log.hold(true);
    harness.commit("", -1, harness.offset("t", 0, 1));
    harness.coordinator.topicsDeleted(Set.of("t"));
    harness.settle();
    harness.log.acknowledgeAll();
    harness.settle();
    assertNull(harness.committed("t", 0));
    harness.log.hold(false);
    harness.restarted();
    assertNull(harness.committed("t", 0));
    assertEquals(2, committedOffset("u"));
  }

  @Test
  void anAppendThatThrowsLeavesNothingBehind() {
    harness.log.throwOnAppend(new IllegalStateException("thrown by the test"));
    assertEquals(
        List.of(ErrorCode.UNKNOWN_SERVER_ERROR),
        harness.commit("", -1, harness.offset("t", 0, 1)).get());
    assertEquals("Empty", harness.describe().state());
    harness.log.throwOnAppend(null);
    harness.advance(GroupConfig.DEFAULTS.retentionCheckIntervalMs());
    assertEquals("Dead", harness.describe().state(), "nothing is on its way, so it is not used");
  }

  @Test
  void offsetsOfDeletedTopicsAreForgotten() {
    harness.commit("", -1, harness.offset("t", 0, 1), harness.offset("u", 0, 2));
    harness.coordinator.topicsDeleted(Set.of("t"));
    harness.settle();
    assertNull(harness.committed("t", 0));
    assertEquals(2, committedOffset("u"));
    harness.restarted();
    assertNull(harness.committed("t", 0));
  }
}
