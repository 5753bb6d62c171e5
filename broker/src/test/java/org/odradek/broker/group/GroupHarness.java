package org.odradek.broker.group;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;

/** A coordinator with an in-memory log, whose tasks run when {@link #settle} is called. */
final class GroupHarness {
  static final int SESSION_MS = 10_000;
  static final int REBALANCE_MS = 60_000;
  static final String GROUP = "g";

  final ManualTimer timer = new ManualTimer();
  final MemoryGroupLog log = new MemoryGroupLog();
  final Deque<Runnable> tasks = new ArrayDeque<>();
  final Deque<Runnable> loads = new ArrayDeque<>();
  final GroupConfig config;
  GroupCoordinator coordinator;
  private long nextId;
  private final int partitions;

  GroupHarness() {
    this(GroupConfig.DEFAULTS, 1);
  }

  GroupHarness(GroupConfig config, int partitions) {
    this.config = config;
    this.partitions = partitions;
    this.coordinator = newCoordinator();
  }

  private GroupCoordinator newCoordinator() {
    return new GroupCoordinator(
        config,
        log,
        timer,
        timer,
        tasks::add,
        loads::add,
        () -> partitions,
        () -> new UUID(0, nextId++));
  }

  /** Leads all partitions and has loaded them. */
  GroupHarness elected() {
    for (int partition = 0; partition < partitions; partition++) {
      coordinator.elected(partition, 0);
    }
    settle();
    return this;
  }

  /** The broker stops without a word, and another one takes over what is in the log. */
  GroupHarness restarted() {
    restarting();
    settle();
    return this;
  }

  /** The same, but the other one has not begun to load yet. */
  void restarting() {
    coordinator.close();
    settle();
    coordinator = newCoordinator();
    for (int partition = 0; partition < partitions; partition++) {
      coordinator.elected(partition, 0);
    }
  }

  void settle() {
    while (!tasks.isEmpty() || !loads.isEmpty()) {
      (tasks.isEmpty() ? loads : tasks).remove().run();
    }
  }

  void advance(long ms) {
    timer.advance(ms, this::settle);
  }

  // --- calls, in the shapes that tests need

  static JoinCall joinCall(String memberId, @Nullable String instance, String... topics) {
    return new JoinCall(
        GROUP,
        memberId,
        instance,
        false,
        true,
        "client",
        "/127.0.0.1",
        REBALANCE_MS,
        SESSION_MS,
        "consumer",
        List.of(new MemberProtocol("range", subscription(topics))),
        null);
  }

  static JoinCall requiringId(JoinCall call) {
    return new JoinCall(
        call.groupId(),
        call.memberId(),
        call.groupInstanceId(),
        true,
        call.supportsSkippingAssignment(),
        call.clientId(),
        call.clientHost(),
        call.rebalanceTimeoutMs(),
        call.sessionTimeoutMs(),
        call.protocolType(),
        call.protocols(),
        call.reason());
  }

  static JoinCall withProtocols(JoinCall call, String... names) {
    return new JoinCall(
        call.groupId(),
        call.memberId(),
        call.groupInstanceId(),
        call.requireKnownMemberId(),
        call.supportsSkippingAssignment(),
        call.clientId(),
        call.clientHost(),
        call.rebalanceTimeoutMs(),
        call.sessionTimeoutMs(),
        call.protocolType(),
        Arrays.stream(names).map(name -> new MemberProtocol(name, subscription("t"))).toList(),
        call.reason());
  }

  Reply<JoinReply> join(JoinCall call) {
    Reply<JoinReply> reply = new Reply<>();
    coordinator.join(call, reply);
    settle();
    return reply;
  }

  Reply<SyncReply> sync(
      String memberId, @Nullable String instance, int generation, Map<String, byte[]> assignments) {
    Reply<SyncReply> reply = new Reply<>();
    coordinator.sync(
        new SyncCall(GROUP, generation, memberId, instance, null, null, assignments), reply);
    settle();
    return reply;
  }

  ErrorCode heartbeat(String memberId, @Nullable String instance, int generation) {
    Reply<ErrorCode> reply = new Reply<>();
    coordinator.heartbeat(GROUP, new MemberIdentity(memberId, instance), generation, reply);
    settle();
    return reply.get();
  }

  GroupCoordinator.LeaveReply leave(MemberIdentity... leaving) {
    Reply<GroupCoordinator.LeaveReply> reply = new Reply<>();
    coordinator.leave(GROUP, List.of(leaving), reply);
    settle();
    return reply.get();
  }

  Reply<List<ErrorCode>> commit(
      String memberId, int generation, OffsetCommitCall.Commit... commits) {
    Reply<List<ErrorCode>> reply = new Reply<>();
    coordinator.commit(
        new OffsetCommitCall(
            GROUP, new MemberIdentity(memberId, null), generation, List.of(commits)),
        reply);
    settle();
    return reply;
  }

  OffsetCommitCall.Commit offset(String topic, int partition, long offset) {
    return new OffsetCommitCall.Commit(
        new TopicPartition(topic, partition),
        new CommittedOffset(offset, -1, "", timer.millis(), CommittedOffset.NO_TIMESTAMP));
  }

  @Nullable CommittedOffset committed(String topic, int partition) {
    return fetch(List.of(new TopicPartition(topic, partition)), false)
        .offsets()
        .getFirst()
        .committed();
  }

  GroupCoordinator.FetchReply fetch(@Nullable List<TopicPartition> partitions) {
    return fetch(partitions, true);
  }

  private GroupCoordinator.FetchReply fetch(
      @Nullable List<TopicPartition> partitions, boolean requireStable) {
    Reply<GroupCoordinator.FetchReply> reply = new Reply<>();
    coordinator.fetch(GROUP, partitions, requireStable, reply);
    settle();
    return reply.get();
  }

  GroupDescription describe() {
    Reply<GroupDescription> reply = new Reply<>();
    coordinator.describe(GROUP, reply);
    settle();
    return reply.get();
  }

  /** Members join an empty group together and get their assignments; the first one leads. */
  JoinReply[] formed(JoinCall... calls) {
    Reply<?>[] replies = new Reply<?>[calls.length];
    for (int i = 0; i < calls.length; i++) {
      replies[i] = join(calls[i]);
    }
    while (!replies[0].isHere()) {
      advance(500);
    }
    JoinReply[] joined = new JoinReply[calls.length];
    for (int i = 0; i < calls.length; i++) {
      joined[i] = (JoinReply) replies[i].get();
    }
    syncAll(joined, calls);
    return joined;
  }

  void syncAll(JoinReply[] joined, JoinCall[] calls) {
    for (int i = 0; i < joined.length; i++) {
      boolean leads = joined[i].leaderId().equals(joined[i].memberId());
      sync(
          joined[i].memberId(),
          calls[i].groupInstanceId(),
          joined[i].generation(),
          leads ? assignments(joined) : Map.of());
    }
  }

  /** Each member is assigned the bytes of its own id. */
  static Map<String, byte[]> assignments(JoinReply... joined) {
    Map<String, byte[]> assignments = new HashMap<>();
    for (JoinReply reply : joined) {
      assignments.put(reply.memberId(), reply.memberId().getBytes(StandardCharsets.UTF_8));
    }
    return assignments;
  }

  static byte[] subscription(String... topics) {
    ByteBuffer bytes = ByteBuffer.allocate(1024).putShort((short) 1).putInt(topics.length);
    for (String topic : topics) {
      byte[] name = topic.getBytes(StandardCharsets.UTF_8);
      bytes.putShort((short) name.length).put(name);
    }
    bytes.putInt(-1).putInt(0);
    return GroupRecordCodec.copy(bytes.flip());
  }
}
