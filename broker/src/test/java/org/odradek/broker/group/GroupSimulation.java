package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;

/**
 * Many members of several groups, one coordinator, a log that takes its time and sometimes fails,
 * and partitions that move away and come back, all in one thread and from one seed.
 */
final class GroupSimulation implements SimulatedMember.Observer {
  private static final int PARTITIONS = 3;
  private static final int GROUPS = 5;
  private static final int LIVE_MEMBERS_MAX = 14;
  private static final int SESSION_MAX_MS = 20_000;
  private static final int REBALANCE_MAX_MS = 60_000;

  /** The longest chain of waits that a request may sit through, with room for slow appends. */
  private static final long ANSWER_MAX_MS = 2 * REBALANCE_MAX_MS + SESSION_MAX_MS + 30_000;

  private static final TopicPartition PARTITION = new TopicPartition("t", 0);

  private record Asked(String what, long atMs) {}

  private final Random random;
  private final ManualTimer timer = new ManualTimer();
  private final MemoryGroupLog log = new MemoryGroupLog();
  private final List<Runnable> tasks = new ArrayList<>();
  private final GroupInvariants invariants = new GroupInvariants();
  private final GroupCoordinator coordinator;
  private final List<SimulatedMember> members = new ArrayList<>();
  private final Map<Object, Asked> unanswered = new IdentityHashMap<>();
  private final Map<String, String> assignments = new HashMap<>();
  private final Map<String, Long> acknowledged = new HashMap<>();
  private final int[] leaderEpochs = new int[PARTITIONS];
  private final int[] loads = new int[PARTITIONS];
  private long nextOffset;
  private long stableRounds;

  GroupSimulation(long seed) {
    this.random = new Random(seed);
    GroupConfig config =
        new GroupConfig(
            1_000,
            60_000,
            3_000,
            6,
            4_096,
            3_600_000,
            600_000,
            5_000,
            (short) -1,
            GroupConfig.DEFAULTS.compression());
    coordinator =
        new GroupCoordinator(
            config,
            log,
            timer,
            timer,
            tasks::add,
            tasks::add,
            () -> PARTITIONS,
            () -> new UUID(random.nextLong(), random.nextLong()));
    log.hold(true);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      coordinator.elected(partition, 0);
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      check();
    }
    settleDown();
  }

  /** How often a member got an assignment: a run in which nothing happens would prove nothing. */
  long assignmentsGiven() {
    return stableRounds;
  }

  private void step() {
    int dice = random.nextInt(100);
    if (dice < 40) {
      runOneTask();
    } else if (dice < 55) {
      finishOneAppend(random.nextInt(20) == 0 ? ErrorCode.NOT_ENOUGH_REPLICAS : null);
    } else if (dice < 70) {
      timer.advance(random.nextInt(1_500), this::check);
    } else if (dice < 75) {
      arrive();
    } else if (dice < 78) {
      depart();
    } else if (dice < 79) {
      movePartition();
    } else {
      act(pick());
    }
  }

  private void runOneTask() {
    if (!tasks.isEmpty()) {
      tasks.remove(random.nextInt(tasks.size())).run();
    }
  }

  private void finishOneAppend(@Nullable ErrorCode error) {
    if (log.unacknowledged() > 0) {
      log.finish(random.nextInt(log.unacknowledged()), error);
    }
  }

  private void arrive() {
    if (members.size() >= LIVE_MEMBERS_MAX) {
      return;
    }
    String groupId = "group-" + random.nextInt(GROUPS);
    // Few names, so that instances often come back while their former selves are still there.
    String instance = random.nextInt(3) == 0 ? "instance-" + random.nextInt(3) : null;
    SimulatedMember member =
        new SimulatedMember(
            groupId,
            instance,
            random.nextBoolean(),
            2_000 + random.nextInt(SESSION_MAX_MS - 2_000),
            5_000 + random.nextInt(REBALANCE_MAX_MS - 5_000),
            group -> coordinator,
            timer,
            this);
    members.add(member);
    member.join();
  }

  private void depart() {
    SimulatedMember member = pick();
    if (member != null) {
      if (random.nextBoolean() && !member.memberId.isEmpty()) {
        member.leave();
      } else {
        member.crash();
      }
    }
  }

  private void movePartition() {
    int partition = random.nextInt(PARTITIONS);
    int epoch = ++leaderEpochs[partition];
    if (random.nextBoolean()) {
      coordinator.resigned(partition, epoch);
      leaderEpochs[partition]++;
      loads[partition]++;
    }
    coordinator.elected(partition, leaderEpochs[partition]);
  }

  private @Nullable SimulatedMember pick() {
    members.removeIf(member -> member.phase == SimulatedMember.Phase.GONE);
    return members.isEmpty() ? null : members.get(random.nextInt(members.size()));
  }

  private void act(@Nullable SimulatedMember member) {
    if (member != null) {
      switch (member.phase) {
        case OUTSIDE -> member.join();
        case STABLE -> {
          if (random.nextInt(3) == 0) {
            member.commit(PARTITION, ++nextOffset);
          } else {
            member.heartbeat();
          }
        }
        // A lost connection: it asks again while the first request still waits.
        case JOINING, SYNCING -> {
          if (random.nextInt(10) == 0) {
            member.join();
          }
        }
        case GONE -> {}
      }
    }
  }

  private void check() {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      GroupShard shard = coordinator.shard(partition);
      if (shard != null) {
        shard.groups().forEach(invariants::check);
      }
    }
    for (Asked asked : unanswered.values()) {
      if (timer.nowMs() - asked.atMs() > ANSWER_MAX_MS && log.unacknowledged() == 0) {
        throw new AssertionError("no answer since " + asked.atMs() + " ms: " + asked.what());
      }
    }
  }

  /** No more faults: everybody who is left must come to rest in one generation of its group. */
  private void settleDown() {
    log.hold(false);
    long untilMs = timer.nowMs() + 4 * ANSWER_MAX_MS;
    while (timer.nowMs() < untilMs) {
      drain();
      for (SimulatedMember member : List.copyOf(members)) {
        switch (member.phase) {
          case OUTSIDE -> member.join();
          case STABLE -> member.heartbeat();
          case JOINING, SYNCING, GONE -> {}
        }
      }
      drain();
      timer.advance(500, this::drain);
      check();
    }
    pick();
    if (!unanswered.isEmpty()) {
      throw new AssertionError("never answered: " + unanswered.values());
    }
    Map<String, Integer> generations = new HashMap<>();
    for (SimulatedMember member : members) {
      Integer other = generations.putIfAbsent(member.groupId, member.generation);
      if (member.phase != SimulatedMember.Phase.STABLE
          || (other != null && other != member.generation)) {
        throw new AssertionError("did not come to rest: " + members);
      }
    }
    acknowledged.forEach(this::isStillThere);
  }

  private void isStillThere(String groupId, long offset) {
    Reply<GroupCoordinator.FetchReply> reply = new Reply<>();
    coordinator.fetch(groupId, List.of(PARTITION), false, reply);
    drain();
    CommittedOffset committed = reply.get().offsets().getFirst().committed();
    if (committed == null || committed.offset() < offset) {
      throw new AssertionError(
          "acknowledged " + offset + " for " + groupId + ", but there is " + committed);
    }
  }

  private void drain() {
    while (!tasks.isEmpty() || log.unacknowledged() > 0) {
      log.acknowledgeAll();
      runOneTask();
    }
  }

  // --- what members observe

  @Override
  public void assigned(SimulatedMember member, int generation, String assignment) {
    stableRounds++;
    if (assignment.isEmpty()) {
      return; // joined a generation whose leader did not know it: static members, by their new id
    }
    int partition = coordinator.partitionFor(member.groupId);
    String key = member.groupId + " generation " + generation + " load " + loads[partition];
    String other = assignments.putIfAbsent(key, assignment);
    if (other != null && !other.equals(assignment)) {
      throw new AssertionError(key + " was assigned both by " + other + " and by " + assignment);
    }
  }

  @Override
  public void acknowledged(SimulatedMember member, long offset) {
    acknowledged.merge(member.groupId, offset, Math::max);
  }

  @Override
  public Object asked(String what) {
    Object token = new Object();
    unanswered.put(token, new Asked(what, timer.nowMs()));
    return token;
  }

  @Override
  public void answered(Object token) {
    if (unanswered.remove(token) == null) {
      throw new AssertionError("answered twice");
    }
  }
}
