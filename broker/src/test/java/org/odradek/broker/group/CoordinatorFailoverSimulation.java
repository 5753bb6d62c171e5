package org.odradek.broker.group;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;

/**
 * Several brokers with a coordinator each, an offsets topic that is replicated among them, and
 * members that find their coordinator by what some broker believes. Brokers die and come back,
 * leaders move, brokers learn of it late, followers fetch when they get to it. All in one thread
 * and from one seed.
 */
final class CoordinatorFailoverSimulation implements SimulatedMember.Observer {
  private static final int BROKERS = 3;
  private static final int PARTITIONS = 2;
  private static final int GROUPS = 4;
  private static final int LIVE_MEMBERS_MAX = 10;
  private static final int SESSION_MAX_MS = 20_000;
  private static final int REBALANCE_MAX_MS = 30_000;
  private static final int COMMIT_TIMEOUT_MS = 20_000;
  private static final long SETTLE_MS = 600_000;
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);

  private static final GroupConfig CONFIG =
      new GroupConfig(
          1_000,
          60_000,
          3_000,
          6,
          4_096,
          Long.MAX_VALUE / 2,
          Integer.MAX_VALUE,
          COMMIT_TIMEOUT_MS,
          (short) -1,
          GroupConfig.DEFAULTS.compression());

  private final Random random;
  private final ManualTimer timer = new ManualTimer();
  private final GroupInvariants invariants = new GroupInvariants();
  private final List<ReplicatedOffsetsTopic> topic = new ArrayList<>();
  private final @Nullable Process[] processes = new Process[BROKERS];
  private final List<SimulatedMember> members = new ArrayList<>();
  private final Set<Object> unanswered = new HashSet<>();
  private final Map<String, String> assignments = new HashMap<>();
  private final Map<String, Long> acknowledged = new HashMap<>();
  private final Map<String, Long> seen = new HashMap<>();

  /**
   * A coordinator gave up waiting for a replica, and showed what another failover may take back.
   */
  private boolean shownUnreplicated;

  private int now;
  private long nextOffset;
  private long assigned;
  private long failovers;

  /** A broker from its start to its end. */
  private final class Process implements GroupLog {
    final int broker;
    final List<Runnable> tasks = new ArrayList<>();
    final GroupCoordinator coordinator;
    boolean alive = true;

    /** Its coordinator's threads get no time until then, while its partitions go on. */
    int stalledUntilStep;

    Process(int broker) {
      this.broker = broker;
      Executor executor =
          task -> {
            if (alive) {
              tasks.add(task);
            }
          };
      coordinator =
          new GroupCoordinator(
              CONFIG,
              this,
              timer,
              timer,
              executor,
              executor,
              () -> PARTITIONS,
              () -> new UUID(random.nextLong(), random.nextLong()));
    }

    @Override
    public CompletionStage<Long> append(
        int partition, int leaderEpoch, ByteBuffer batch, short requiredAcks, int timeoutMs) {
      return topic.get(partition).append(broker, leaderEpoch, batch, timeoutMs);
    }

    @Override
    public CompletionStage<@Nullable Void> replicated(int partition, int timeoutMs) {
      return topic
          .get(partition)
          .replicated(broker, timeoutMs)
          .whenComplete((nothing, failure) -> {
            if (failure instanceof GroupLogException known
                && known.error() == ErrorCode.REQUEST_TIMED_OUT) {
              shownUnreplicated = true;
            }
          });
    }

    @Override
    public void read(int partition, BatchSink sink) throws IOException {
      topic.get(partition).read(broker, sink);
    }
  }

  CoordinatorFailoverSimulation(long seed) {
    this.random = new Random(seed);
    for (int broker = 0; broker < BROKERS; broker++) {
      processes[broker] = new Process(broker);
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      topic.add(new ReplicatedOffsetsTopic(partition, BROKERS, timer));
      topic.get(partition).elect(partition % BROKERS);
    }
  }

  void run(int steps) {
    for (now = 0; now < steps; now++) {
      step();
      check();
    }
    settleDown();
  }

  long assignmentsGiven() {
    return assigned;
  }

  boolean hasShownUnreplicated() {
    return shownUnreplicated;
  }

  long failovers() {
    return failovers;
  }

  private void step() {
    int dice = random.nextInt(1_000);
    if (dice < 350) {
      runOneTask(random.nextInt(BROKERS));
    } else if (dice < 550) {
      fetch();
    } else if (dice < 650) {
      timer.advance(random.nextInt(1_000), this::check);
    } else if (dice < 720) {
      tell(random.nextInt(BROKERS));
    } else if (dice < 750) {
      arrive();
    } else if (dice < 765) {
      depart();
    } else if (dice < 770) {
      kill(random.nextInt(BROKERS));
    } else if (dice < 790) {
      start(random.nextInt(BROKERS));
    } else if (dice < 797) {
      moveLeader();
    } else if (dice < 800) {
      stall(random.nextInt(BROKERS));
    } else {
      act(pick());
    }
  }

  // --- brokers

  private void runOneTask(int broker) {
    Process process = processes[broker];
    if (process != null && now >= process.stalledUntilStep && !process.tasks.isEmpty()) {
      process.tasks.remove(random.nextInt(process.tasks.size())).run();
    }
  }

  private void stall(int broker) {
    Process process = processes[broker];
    if (process != null) {
      process.stalledUntilStep = now + random.nextInt(500);
    }
  }

  private void fetch() {
    ReplicatedOffsetsTopic partition = topic.get(random.nextInt(PARTITIONS));
    int follower = random.nextInt(BROKERS);
    int leader = partition.knownLeader(follower);
    if (processes[follower] != null && leader >= 0 && processes[leader] != null) {
      partition.fetch(follower);
    }
  }

  /** The controller's last word of one partition reaches a broker. */
  private void tell(int broker) {
    Process process = processes[broker];
    int number = random.nextInt(PARTITIONS);
    ReplicatedOffsetsTopic partition = topic.get(number);
    if (process != null && partition.isBehind(broker)) {
      partition.tell(broker);
      if (partition.leads(broker)) {
        process.coordinator.elected(number, partition.epoch());
      } else {
        process.coordinator.resigned(number, partition.epoch());
      }
    }
  }

  private void kill(int broker) {
    Process process = processes[broker];
    if (process == null) {
      return;
    }
    process.alive = false;
    process.tasks.clear();
    processes[broker] = null;
    members.forEach(member -> member.disconnected(process.coordinator));
    for (ReplicatedOffsetsTopic partition : topic) {
      partition.kill(broker);
      boolean led = partition.leader() == broker;
      partition.leavesIsr(broker);
      if (led) {
        failovers++;
        partition.elect(liveInSync(partition));
      } else if (partition.leader() >= 0) {
        partition.elect(partition.leader()); // the leader learns of the smaller set
      }
    }
  }

  private int liveInSync(ReplicatedOffsetsTopic partition) {
    List<Integer> candidates =
        partition.isr().stream().filter(broker -> processes[broker] != null).toList();
    return candidates.isEmpty() ? -1 : candidates.get(random.nextInt(candidates.size()));
  }

  private void start(int broker) {
    if (processes[broker] == null) {
      processes[broker] = new Process(broker);
      for (ReplicatedOffsetsTopic partition : topic) {
        partition.elect(partition.leader() < 0 ? liveInSync(partition) : partition.leader());
      }
    }
  }

  /** Also away from a broker that is well, and does not hear of it for a while. */
  private void moveLeader() {
    ReplicatedOffsetsTopic partition = topic.get(random.nextInt(PARTITIONS));
    int before = partition.leader();
    if (before >= 0 && random.nextInt(3) == 0) {
      partition.leavesIsr(before);
    }
    int next = liveInSync(partition);
    if (next >= 0) {
      failovers++;
      partition.elect(next);
    }
  }

  /** As a client finds it: by the metadata of some broker, which may be old. */
  private @Nullable GroupCoordinator coordinatorOf(String groupId) {
    int asked = random.nextInt(BROKERS);
    Process process = processes[asked];
    if (process == null) {
      return null;
    }
    int leader = topic.get(process.coordinator.partitionFor(groupId)).knownLeader(asked);
    Process found = leader < 0 ? null : processes[leader];
    return found == null ? null : found.coordinator;
  }

  // --- members

  private void arrive() {
    if (members.size() >= LIVE_MEMBERS_MAX) {
      return;
    }
    SimulatedMember member =
        new SimulatedMember(
            "group-" + random.nextInt(GROUPS),
            random.nextInt(3) == 0 ? "instance-" + random.nextInt(3) : null,
            random.nextBoolean(),
            2_000 + random.nextInt(SESSION_MAX_MS - 2_000),
            5_000 + random.nextInt(REBALANCE_MAX_MS - 5_000),
            this::coordinatorOf,
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
        case JOINING, SYNCING -> {
          if (random.nextInt(20) == 0) {
            member.join();
          }
        }
        case GONE -> {}
      }
    }
  }

  // --- what must hold

  private void check() {
    for (Process process : processes) {
      for (int partition = 0; process != null && partition < PARTITIONS; partition++) {
        GroupShard shard = process.coordinator.shard(partition);
        if (shard != null) {
          shard.groups().forEach(invariants::check);
          if (isCurrent(process.broker, partition, shard)) {
            checkOffsets(process.coordinator, partition, shard);
          }
        }
      }
    }
  }

  /** Not one that has not heard yet that it was replaced: what such a one shows may be old. */
  private boolean isCurrent(int broker, int partition, GroupShard shard) {
    ReplicatedOffsetsTopic log = topic.get(partition);
    return log.leader() == broker && shard.isActiveIn(log.epoch()) && !log.isBehind(broker);
  }

  /** Nothing acknowledged is lost; nothing that was shown is taken back. */
  private void checkOffsets(GroupCoordinator coordinator, int partition, GroupShard shard) {
    for (int number = 0; number < GROUPS; number++) {
      String groupId = "group-" + number;
      if (coordinator.partitionFor(groupId) == partition) {
        Group group = shard.find(groupId);
        CommittedOffset committed = group == null ? null : group.offsets().find(PARTITION);
        long offset = committed == null ? -1 : committed.offset();
        long promised = acknowledged.getOrDefault(groupId, -1L);
        if (offset < promised) {
          throw new AssertionError(
              "acknowledged " + promised + " for " + groupId + ", but there is " + committed);
        }
        long shown = seen.getOrDefault(groupId, -1L);
        if (offset < shown && !shownUnreplicated) {
          throw new AssertionError("shown " + shown + " for " + groupId + ", now " + committed);
        }
        seen.put(groupId, offset);
      }
    }
  }

  /** No more faults: everybody who is left must come to rest in one generation of its group. */
  private void settleDown() {
    now = Integer.MAX_VALUE;
    for (int broker = 0; broker < BROKERS; broker++) {
      start(broker);
    }
    long untilMs = timer.nowMs() + SETTLE_MS;
    while (timer.nowMs() < untilMs) {
      for (SimulatedMember member : List.copyOf(members)) {
        switch (member.phase) {
          case OUTSIDE -> member.join();
          case STABLE -> member.heartbeat();
          case JOINING, SYNCING, GONE -> {}
        }
      }
      for (int i = 0; i < 60; i++) {
        tell(random.nextInt(BROKERS));
        fetch();
        runOneTask(random.nextInt(BROKERS));
      }
      timer.advance(500, () -> {});
      check();
    }
    pick();
    Map<String, Integer> last = new HashMap<>();
    for (SimulatedMember member : members) {
      Integer other = last.putIfAbsent(member.groupId, member.generation);
      if (member.phase != SimulatedMember.Phase.STABLE
          || (other != null && other != member.generation)) {
        throw new AssertionError("did not come to rest: " + members + " " + topic);
      }
    }
  }

  // --- what members observe

  /**
   * A generation that was handed out is on record, so no coordinator starts it again. (It may be
   * handed out late, by one that does not know yet that it was replaced.)
   */
  @Override
  public void assigned(SimulatedMember member, int generation, String assignment) {
    assigned++;
    if (assignment.isEmpty()) {
      return; // joined a generation whose leader did not know it: static members, by their new id
    }
    String key = member.groupId + " generation " + generation;
    String other = assignments.putIfAbsent(key, assignment);
    if (other != null && !other.equals(assignment) && !shownUnreplicated) {
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
    unanswered.add(token);
    return token;
  }

  @Override
  public void answered(Object token) {
    if (!unanswered.remove(token)) {
      throw new AssertionError("answered twice");
    }
  }
}
