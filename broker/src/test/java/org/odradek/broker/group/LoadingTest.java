package org.odradek.broker.group;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.odradek.broker.group.GroupHarness.joinCall;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.record.RecordBatchBuilder;

class LoadingTest {
  private final GroupHarness harness = new GroupHarness();

  @Test
  void aGroupGoesOnAfterARestartAsIfNothingHadHappened() {
    harness.elected();
    JoinReply[] group = harness.formed(joinCall("", "one", "t"), joinCall("", null, "t"));
    harness.commit(group[1].memberId(), 1, harness.offset("t", 3, 33));
    harness.restarted();
    assertEquals("Stable", harness.describe().state());
    assertEquals(ErrorCode.NONE, harness.heartbeat(group[0].memberId(), "one", 1));
    assertEquals(ErrorCode.NONE, harness.heartbeat(group[1].memberId(), null, 1));
    assertArrayEquals(
        group[1].memberId().getBytes(StandardCharsets.UTF_8),
        harness.sync(group[1].memberId(), null, 1, Map.of()).get().assignment());
    assertEquals(33, Objects.requireNonNull(harness.committed("t", 3)).offset());
    assertEquals(
        group[0].memberId(),
        harness.join(joinCall(group[1].memberId(), null, "t")).get().leaderId());
  }

  @Test
  void loadedMembersThatDoNotComeBackExpire() {
    harness.elected();
    harness.formed(joinCall("", null, "t"));
    harness.restarted();
    harness.advance(GroupHarness.SESSION_MS);
    assertEquals("Empty", harness.describe().state());
  }

  @Test
  void requestsDuringALoadAreAnsweredAsClientsExpect() {
    harness.coordinator.elected(0, 0);
    while (!harness.tasks.isEmpty()) {
      harness.tasks.remove().run();
    }
    assertEquals(1, harness.loads.size(), "the load must be under way");
    Runnable load = harness.loads.remove();
    assertEquals(ErrorCode.NONE, harness.heartbeat("m", null, 1));
    assertEquals(
        ErrorCode.REBALANCE_IN_PROGRESS, harness.sync("m", null, 1, Map.of()).get().error());
    assertEquals(
        ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, harness.join(joinCall("", null)).get().error());
    assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, harness.fetch(null).error());
    Reply<GroupListing> listing = new Reply<>();
    harness.coordinator.list(listing);
    harness.settle();
    assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, listing.get().error());
    load.run();
    harness.settle();
    assertEquals(ErrorCode.NONE, harness.fetch(null).error());
  }

  @Test
  void whatWasReadIsShownOnceAllInSyncReplicasHaveIt() {
    CompletableFuture<@Nullable Void> replication = harness.log.holdReplication();
    harness.elected();
    assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, harness.fetch(null).error());
    replication.complete(null);
    harness.settle();
    assertEquals(ErrorCode.NONE, harness.fetch(null).error());
  }

  @Test
  void aReplicaThatDoesNotAnswerDoesNotKeepGroupsFromBeingShownForEver() {
    CompletableFuture<@Nullable Void> replication = harness.log.holdReplication();
    harness.elected();
    replication.completeExceptionally(
        new GroupLogException(ErrorCode.REQUEST_TIMED_OUT, "not replicated in time"));
    harness.settle();
    assertEquals(ErrorCode.NONE, harness.fetch(null).error());
  }

  @Test
  void aLoadWhoseLeaderIsReplacedShowsNothing() {
    CompletableFuture<@Nullable Void> replication = harness.log.holdReplication();
    harness.elected();
    replication.completeExceptionally(
        new GroupLogException(ErrorCode.NOT_LEADER_OR_FOLLOWER, "leads no more"));
    harness.settle();
    assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, harness.fetch(null).error());
    harness.coordinator.resigned(0, 1);
    harness.settle();
    assertEquals(ErrorCode.NOT_COORDINATOR, harness.fetch(null).error());
    assertEquals(-1, harness.timer.untilNext(), "no attempt to load may be left on the timer");
  }

  @Test
  void topicsDeletedDuringALoadAreForgottenWhenItEnds() {
    harness.elected();
    harness.commit("", -1, harness.offset("gone", 0, 1), harness.offset("kept", 0, 2));
    harness.restarting();
    while (!harness.tasks.isEmpty()) {
      harness.tasks.remove().run();
    }
    harness.coordinator.topicsDeleted(Set.of("gone"));
    harness.settle();
    assertNull(harness.committed("gone", 0));
    assertEquals(2, Objects.requireNonNull(harness.committed("kept", 0)).offset());
    harness.restarted();
    assertNull(harness.committed("gone", 0), "the log must know it too");
  }

  @Test
  void aLoadThatEndsByAnErrorIsTriedAgain() {
    harness.log.throwOnRead(new LinkageError("a class of the reader cannot be loaded"));
    harness.elected();
    assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, harness.fetch(null).error());
    harness.log.throwOnRead(null);
    harness.advance(10_000);
    assertEquals(ErrorCode.NONE, harness.fetch(null).error());
  }

  @Test
  void nobodyIsCoordinatorWhileTheSizeOfTheOffsetsTopicIsNotKnown() {
    GroupHarness early = new GroupHarness(GroupConfig.DEFAULTS, OffsetsTopicSize.NOT_KNOWN);
    early.coordinator.elected(0, 0);
    early.settle();
    assertEquals(ErrorCode.NOT_COORDINATOR, early.fetch(null).error());
    assertEquals(ErrorCode.NOT_COORDINATOR, early.heartbeat("m", null, 1));
  }

  @Test
  void anOffsetsTopicMadeAnewStartsItsLeaderEpochsOver() {
    harness.elected();
    harness.coordinator.resigned(0, 5);
    harness.coordinator.offsetsTopicDeleted();
    harness.coordinator.elected(0, 0);
    harness.settle();
    assertEquals(ErrorCode.NONE, harness.fetch(null).error());
  }

  @Test
  void whoWaitsWhenThePartitionMovesAwayIsSentElsewhere() {
    harness.elected();
    Reply<JoinReply> waiting = harness.join(joinCall("", null, "t"));
    harness.coordinator.resigned(0, 1);
    harness.settle();
    assertEquals(ErrorCode.NOT_COORDINATOR, waiting.get().error());
    assertEquals(ErrorCode.NOT_COORDINATOR, harness.heartbeat("m", null, 1));
    assertEquals(-1, harness.timer.untilNext(), "nothing of the group may be left on the timer");
  }

  @Test
  void aLateElectionOfAnOlderEpochChangesNothing() {
    harness.elected();
    harness.coordinator.resigned(0, 5);
    harness.coordinator.elected(0, 4);
    harness.settle();
    // The election of epoch 4 came late; the partition is led elsewhere since epoch 5.
    assertEquals(ErrorCode.NOT_COORDINATOR, harness.fetch(null).error());
    harness.coordinator.elected(0, 6);
    harness.settle();
    assertEquals(ErrorCode.NONE, harness.fetch(null).error());
  }

  @Test
  void tombstonesAndUnknownRecordsAreUnderstood() {
    CommittedOffset offset = new CommittedOffset(1, -1, "", 1, -1);
    TopicPartition partition = new TopicPartition("t", 0);
    RecordBatchBuilder batch = new RecordBatchBuilder();
    LogRecord commit = GroupRecordCodec.offset("g", partition, offset);
    LogRecord gone = GroupRecordCodec.offsetTombstone("g", partition);
    batch.append(1, commit.key(), commit.value());
    batch.append(1, gone.key(), gone.value());
    batch.append(1, ByteBuffer.wrap(new byte[] {0, 9, 1, 2}), null);
    batch.append(1, ByteBuffer.wrap(new byte[] {0, 1, 127}), null);
    batch.append(1, null, null);
    harness.log.preload(0, batch.build());
    harness.elected();
    assertEquals("Dead", harness.describe().state());
  }

  @Test
  void transactionalOffsetsCountFromTheirCommitOn() {
    harness.log.preload(0, transactional(7, "committed", 1));
    harness.log.preload(0, transactional(8, "aborted", 2));
    harness.log.preload(0, transactional(9, "open", 3));
    harness.log.preload(0, marker(7, 1));
    harness.log.preload(0, marker(8, 0));
    harness.elected();
    assertEquals(1, Objects.requireNonNull(harness.committed("committed", 0)).offset());
    assertNull(harness.committed("aborted", 0));
    assertEquals(
        ErrorCode.UNSTABLE_OFFSET_COMMIT,
        harness.fetch(List.of(new TopicPartition("open", 0))).offsets().getFirst().error());
  }

  private static ByteBuffer transactional(long producerId, String topic, long offset) {
    LogRecord record =
        GroupRecordCodec.offset(
            "g", new TopicPartition(topic, 0), new CommittedOffset(offset, -1, "", 1, -1));
    return new RecordBatchBuilder()
        .producer(producerId, (short) 0, 0)
        .transactional()
        .append(1, record.key(), record.value())
        .build();
  }

  private static ByteBuffer marker(long producerId, int type) {
    return new RecordBatchBuilder()
        .producer(producerId, (short) 0, -1)
        .transactional()
        .control()
        .append(
            1,
            ByteBuffer.wrap(new byte[] {0, 0, 0, (byte) type}),
            ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 0, 0}))
        .build();
  }
}
