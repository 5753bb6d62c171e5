package org.odradek.broker.group;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The groups that live in one partition of {@code __consumer_offsets}. They are loaded when this
 * broker becomes the partition's leader and dropped when it is no longer.
 *
 * <p>Thread-safety: {@link #elected}, {@link #resigned}, {@link #close} and {@link #submit} from
 * any thread; everything else within a task given to {@link #submit}, on the owner.
 */
final class GroupShard {
  private static final Logger LOG = LoggerFactory.getLogger(GroupShard.class);

  private static final short ALL_IN_SYNC = -1;

  /** Requests waiting for the owner; more are told to try again. */
  private static final int QUEUED_REQUESTS_MAX = 10_000;

  private static final long RELOAD_DELAY_MS = 10_000;

  private enum Phase {
    INACTIVE,
    LOADING,
    ACTIVE
  }

  private final int partition;
  private final GroupLog log;
  private final Executor loaders;
  private final OwnerExecutor owner;
  private final GroupContext context;
  private final Rebalance rebalance;
  private final JoinRules joins;
  private final MemberRules members;
  private final OffsetRules offsets;
  private final Map<String, Group> groups = new LinkedHashMap<>();

  /** Topics deleted since the load began: what it brings of them is removed when it has ended. */
  private final Set<String> deletedWhileLoading = new HashSet<>();

  private Phase phase = Phase.INACTIVE;
  private int leaderEpoch = -1;
  private GroupTimer.@Nullable Timeout nextSweep;

  /** Counts the loads, so that the outcome of one that was overtaken is not taken. */
  private volatile long currentLoad;

  GroupShard(
      int partition,
      GroupConfig config,
      GroupLog log,
      GroupTimer timer,
      InstantSource clock,
      Executor owners,
      Executor loaders,
      Supplier<UUID> ids) {
    this.partition = partition;
    this.log = log;
    this.loaders = loaders;
    this.owner = new OwnerExecutor("groups of partition " + partition, owners, QUEUED_REQUESTS_MAX);
    this.context =
        new GroupContext(
            config,
            clock,
            new OwnerTimer(timer, owner),
            new GroupWriter(partition, log, owner, config, clock, () -> leaderEpoch));
    this.rebalance = new Rebalance(context);
    this.joins = new JoinRules(context, rebalance, ids);
    this.members = new MemberRules(context, rebalance);
    this.offsets = new OffsetRules(context, members);
  }

  // --- leadership

  /** This broker leads the partition from {@code epoch} on. */
  void elected(int epoch) {
    owner.execute(() -> {
      if (epoch < leaderEpoch || (epoch == leaderEpoch && phase != Phase.INACTIVE)) {
        return; // told again, or too late
      }
      boolean nobodyLedBetween = phase == Phase.ACTIVE && epoch == leaderEpoch + 1;
      leaderEpoch = epoch;
      if (!nobodyLedBetween) {
        unload();
        startLoading();
      }
    });
  }

  /** Another broker leads the partition from {@code epoch} on, or it is deleted. */
  void resigned(int epoch) {
    owner.execute(() -> {
      if (epoch >= leaderEpoch) {
        leaderEpoch = epoch;
        unload();
      }
    });
  }

  void close() {
    owner.execute(this::unload);
  }

  private void startLoading() {
    phase = Phase.LOADING;
    long load = ++currentLoad;
    LOG.debug("Loading the groups of partition {}, leader epoch {}", partition, leaderEpoch);
    long startedMs = context.timer().nowMs();
    loaders.execute(() -> {
      GroupLoader loader = new GroupLoader(partition, () -> currentLoad == load);
      try {
        List<Group> loaded = loader.load(log, context.clock().millis());
        replicated()
            .whenComplete((nothing, failure) ->
                owner.execute(() -> {
                  if (failure == null) {
                    loaded(load, loaded, loader.records(), startedMs);
                  } else {
                    notReplicated(load, loaded, loader.records(), startedMs, failure);
                  }
                }));
      } catch (Throwable e) {
        // Also an Error: whoever asks waits for the next load.
        owner.execute(() -> loadFailed(load, e));
      }
    });
  }

  /**
   * What was read may be on this replica alone, written by the leader before. Showing it before all
   * in-sync replicas have it would show what the next failover takes back. Kafka does show it.
   */
  private CompletionStage<@Nullable Void> replicated() {
    return context.config().commitRequiredAcks() == ALL_IN_SYNC
        ? log.replicated(partition, context.config().commitTimeoutMs())
        : CompletableFuture.completedFuture((Void) null);
  }

  /**
   * While replicas in the in-sync set do not answer, reading is still of use to members, and
   * whatever they write waits for these replicas. But what is not known to be ours is not shown.
   */
  private void notReplicated(
      long load, List<Group> loaded, long records, long startedMs, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (load == currentLoad
        && cause instanceof GroupLogException known
        && known.error() == ErrorCode.REQUEST_TIMED_OUT) {
      LOG.warn(
          "The groups of partition {} are loaded, though not all in-sync replicas have the end of"
              + " the log: {}. Should this broker fail now, the latest commits may be undone",
          partition,
          known.getMessage());
      loaded(load, loaded, records, startedMs);
    } else {
      loadFailed(load, cause);
    }
  }

  private void loaded(long load, List<Group> loaded, long records, long startedMs) {
    if (load != currentLoad) {
      return;
    }
    phase = Phase.ACTIVE;
    scheduleSweep();
    for (Group group : loaded) {
      groups.put(group.id(), group);
      group.members().all().forEach(member -> rebalance.sessions().renew(group, member));
      if (group.members().size() > context.config().maxSize()) {
        rebalance.prepareIfAllowed(group, "it has more members than group.max.size allows");
      }
    }
    if (!deletedWhileLoading.isEmpty()) {
      forgetTopics(Set.copyOf(deletedWhileLoading));
      deletedWhileLoading.clear();
    }
    // Most of the fifty partitions are empty on most brokers: not worth a line each.
    LOG.atLevel(loaded.isEmpty() ? Level.DEBUG : Level.INFO)
        .log(
            "Loaded {} groups of partition {} from {} records in {} ms",
            loaded.size(),
            partition,
            records,
            context.timer().nowMs() - startedMs);
  }

  private void loadFailed(long load, Throwable failure) {
    if (load != currentLoad) {
      return;
    }
    if (failure instanceof GroupLogException known
        && known.error() == ErrorCode.NOT_LEADER_OR_FOLLOWER) {
      // On its way to being told so. Should it be wrong, the next attempt will find out.
      LOG.info("The load of partition {} is over: {}", partition, known.getMessage());
    } else {
      LOG.error(
          "The groups of partition {} cannot be loaded; trying again in {} ms",
          partition,
          RELOAD_DELAY_MS,
          failure);
    }
    nextSweep =
        context
            .timer()
            .schedule(
                RELOAD_DELAY_MS,
                () -> {
                  nextSweep = null;
                  if (load == currentLoad) {
                    startLoading();
                  }
                });
  }

  private void unload() {
    currentLoad++;
    if (nextSweep != null) {
      nextSweep.cancel();
      nextSweep = null;
    }
    if (!groups.isEmpty()) {
      LOG.info("Dropping {} groups of partition {}", groups.size(), partition);
    }
    phase = Phase.INACTIVE;
    deletedWhileLoading.clear();
    List<Group> dropped = List.copyOf(groups.values());
    groups.clear();
    dropped.forEach(this::drop);
  }

  /** Whoever waits for the group is sent to look for its coordinator again. */
  private void drop(Group group) {
    group.become(GroupState.DEAD, context.wallMs());
    group.cancelJoinTimeout();
    group.cancelSyncTimeout();
    GroupMembers all = group.members();
    for (Member member : all.snapshot()) {
      all.answerJoin(member, JoinReply.failed(member.id(), ErrorCode.NOT_COORDINATOR));
      all.answerSync(member, SyncReply.failed(ErrorCode.NOT_COORDINATOR));
      member.cancelSession();
    }
    all.clearPending();
  }

  // --- requests

  /**
   * Runs {@code accepted} on the owner if the groups are loaded; otherwise {@code refused} gets the
   * reason.
   */
  void submit(Consumer<ErrorCode> refused, Runnable accepted) {
    boolean queued =
        owner.offer(() -> {
          switch (phase) {
            case INACTIVE -> refused.accept(ErrorCode.NOT_COORDINATOR);
            case LOADING -> refused.accept(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
            case ACTIVE -> {
              try {
                accepted.run();
              } catch (RuntimeException e) {
                LOG.error("A request to the groups of partition {} failed", partition, e);
                refused.accept(ErrorCode.UNKNOWN_SERVER_ERROR);
              }
            }
          }
        });
    if (!queued) {
      refused.accept(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    }
  }

  /** For simulations that look inside. */
  boolean isActiveIn(int epoch) {
    return phase == Phase.ACTIVE && leaderEpoch == epoch;
  }

  @Nullable Group find(String groupId) {
    return groups.get(groupId);
  }

  Collection<Group> groups() {
    return groups.values();
  }

  void join(JoinCall call, Consumer<JoinReply> reply) {
    int sessionTimeoutMs = call.sessionTimeoutMs();
    if (sessionTimeoutMs < context.config().minSessionTimeoutMs()
        || sessionTimeoutMs > context.config().maxSessionTimeoutMs()) {
      reply.accept(JoinReply.failed(call.memberId(), ErrorCode.INVALID_SESSION_TIMEOUT));
      return;
    }
    Group group = groups.get(call.groupId());
    if (group == null) {
      if (!call.isNewMember()) {
        reply.accept(JoinReply.failed(call.memberId(), ErrorCode.UNKNOWN_MEMBER_ID));
        return;
      }
      group = create(call.groupId());
    }
    joins.join(group, call, reply);
    if (isUnused(group) && !group.isRecorded()) {
      groups.remove(group.id());
      drop(group);
    }
  }

  void sync(SyncCall call, Consumer<SyncReply> reply) {
    Group group = groups.get(call.groupId());
    if (group == null) {
      reply.accept(SyncReply.failed(ErrorCode.UNKNOWN_MEMBER_ID));
    } else {
      members.sync(group, call, reply);
    }
  }

  ErrorCode heartbeat(String groupId, MemberIdentity member, int generation) {
    Group group = groups.get(groupId);
    return group == null
        ? ErrorCode.UNKNOWN_MEMBER_ID
        : members.heartbeat(group, member, generation);
  }

  List<ErrorCode> leave(String groupId, List<MemberIdentity> leaving) {
    Group group = groups.get(groupId);
    return group == null
        ? OffsetRules.repeat(ErrorCode.UNKNOWN_MEMBER_ID, leaving.size())
        : members.leave(group, leaving);
  }

  void commit(OffsetCommitCall call, Consumer<List<ErrorCode>> reply) {
    Group group = groups.get(call.groupId());
    if (group == null) {
      if (call.generation() >= 0) {
        reply.accept(OffsetRules.repeat(ErrorCode.ILLEGAL_GENERATION, call.commits().size()));
        return;
      }
      group = create(call.groupId());
    }
    offsets.commit(group, call, reply);
  }

  void deleteOffsets(
      String groupId, List<TopicPartition> partitions, Consumer<OffsetDeletion> reply) {
    Group group = groups.get(groupId);
    if (group == null) {
      reply.accept(OffsetDeletion.failed(ErrorCode.GROUP_ID_NOT_FOUND));
    } else {
      offsets.delete(group, partitions, reply);
    }
  }

  void deleteGroup(String groupId, Consumer<ErrorCode> reply) {
    Group group = groups.get(groupId);
    if (group == null) {
      reply.accept(ErrorCode.GROUP_ID_NOT_FOUND);
    } else if (!group.is(GroupState.EMPTY)) {
      reply.accept(ErrorCode.NON_EMPTY_GROUP);
    } else {
      List<LogRecord> tombstones = new ArrayList<>();
      for (TopicPartition each : group.offsets().partitionsWithOnTheWay()) {
        tombstones.add(GroupRecordCodec.offsetTombstone(groupId, each));
      }
      remove(group, tombstones);
      context.writer().storeTombstones(tombstones, reply);
    }
  }

  private Group create(String groupId) {
    Group group = Group.empty(groupId, context.wallMs());
    groups.put(groupId, group);
    return group;
  }

  private static boolean isUnused(Group group) {
    return group.is(GroupState.EMPTY) && group.offsets().isEmpty() && !group.members().hasPending();
  }

  private void remove(Group group, List<LogRecord> tombstones) {
    groups.remove(group.id());
    if (group.isRecorded()) {
      tombstones.add(GroupRecordCodec.groupTombstone(group.id()));
    }
    drop(group);
  }

  // --- upkeep

  private void scheduleSweep() {
    nextSweep =
        context
            .timer()
            .schedule(
                context.config().retentionCheckIntervalMs(),
                () -> {
                  // First, so that a sweep that fails is not the last one.
                  scheduleSweep();
                  sweep();
                });
  }

  /** Removes expired offsets, and the groups that are empty then. */
  private void sweep() {
    long nowMs = context.wallMs();
    long retentionMs = context.config().offsetsRetentionMs();
    List<LogRecord> tombstones = new ArrayList<>();
    for (Group group : List.copyOf(groups.values())) {
      tombstones.addAll(OffsetExpiry.expire(group, nowMs, retentionMs));
      if (isUnused(group)) {
        remove(group, tombstones);
      }
    }
    store(tombstones, "expired");
  }

  /** Removes the offsets of topics that do not exist any more; those of a load when it ends. */
  void topicsDeleted(Set<String> topics) {
    owner.execute(() -> {
      switch (phase) {
        case ACTIVE -> forgetTopics(topics);
        case LOADING -> deletedWhileLoading.addAll(topics);
        case INACTIVE -> {}
      }
    });
  }

  private void forgetTopics(Set<String> topics) {
    List<LogRecord> tombstones = new ArrayList<>();
    for (Group group : List.copyOf(groups.values())) {
      for (TopicPartition each : group.offsets().partitionsWithOnTheWay()) {
        if (topics.contains(each.topic()) && group.offsets().remove(each)) {
          tombstones.add(GroupRecordCodec.offsetTombstone(group.id(), each));
        }
      }
      if (isUnused(group)) {
        remove(group, tombstones);
      }
    }
    store(tombstones, "belong to deleted topics");
  }

  private void store(List<LogRecord> tombstones, String why) {
    if (!tombstones.isEmpty()) {
      LOG.info(
          "Removing {} offsets and groups of partition {} that {}",
          tombstones.size(),
          partition,
          why);
      context
          .writer()
          .storeTombstones(
              tombstones,
              error -> {
                if (error != ErrorCode.NONE) {
                  LOG.warn(
                      "The log of partition {} did not take their removal: {}", partition, error);
                }
              });
    }
  }
}
