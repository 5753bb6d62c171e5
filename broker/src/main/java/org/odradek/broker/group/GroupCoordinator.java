package org.odradek.broker.group;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;

/**
 * The coordinator of classic groups on this broker. A group belongs to the partition of {@code
 * __consumer_offsets} that its id hashes to; the leader of that partition coordinates it.
 *
 * <p>Replies come on the owner's thread of the group's shard, or at once on the caller's when the
 * request is refused before it gets there. Each reply comes exactly once.
 *
 * <p>Thread-safety: any thread may call; no call waits.
 */
public final class GroupCoordinator {
  /** The topic that offsets and groups are kept in. */
  public static final String OFFSETS_TOPIC = "__consumer_offsets";

  private final IntSupplier partitionCount;
  private final Function<Integer, GroupShard> shardMaker;
  private final Map<Integer, GroupShard> shards = new ConcurrentHashMap<>();
  private volatile boolean active = true;

  /**
   * @param partitionCount how many partitions the offsets topic has; {@link
   *     OffsetsTopicSize#NOT_KNOWN} while every group is somebody else's
   * @param owners runs the shards' tasks, which never wait
   * @param loaders runs loads, which wait for disks
   * @param ids makes the unique part of member ids
   */
  public GroupCoordinator(
      GroupConfig config,
      GroupLog log,
      GroupTimer timer,
      InstantSource clock,
      Executor owners,
      Executor loaders,
      IntSupplier partitionCount,
      Supplier<UUID> ids) {
    this.partitionCount = partitionCount;
    this.shardMaker =
        partition -> new GroupShard(partition, config, log, timer, clock, owners, loaders, ids);
  }

  /** The partition of the offsets topic that a group belongs to; -1 while that is not known. */
  public int partitionFor(String groupId) {
    int count = partitionCount.getAsInt();
    if (count == OffsetsTopicSize.NOT_KNOWN) {
      return -1;
    }
    int hash = groupId.hashCode();
    // As Kafka: the one number without a positive counterpart becomes 0.
    return (hash == Integer.MIN_VALUE ? 0 : Math.abs(hash)) % count;
  }

  /** This broker leads the partition of the offsets topic from {@code leaderEpoch} on. */
  public void elected(int partition, int leaderEpoch) {
    if (active) {
      shards.computeIfAbsent(partition, shardMaker).elected(leaderEpoch);
    }
  }

  /** This broker does not lead the partition of the offsets topic, from {@code leaderEpoch} on. */
  public void resigned(int partition, int leaderEpoch) {
    GroupShard shard = shards.get(partition);
    if (shard != null) {
      shard.resigned(leaderEpoch);
    }
  }

  /** The partition of the offsets topic is deleted; a new one of that number starts over. */
  public void deleted(int partition) {
    GroupShard shard = shards.remove(partition);
    if (shard != null) {
      shard.close();
    }
  }

  /**
   * The whole offsets topic is deleted. One that is made anew, if it has no id, is known by nothing
   * but its leader epochs, which start over.
   */
  public void offsetsTopicDeleted() {
    for (int partition : List.copyOf(shards.keySet())) {
      deleted(partition);
    }
  }

  /** For simulations that look inside, on the owner's thread. */
  @Nullable GroupShard shard(int partition) {
    return shards.get(partition);
  }

  /** Removes the offsets of topics that do not exist any more. */
  public void topicsDeleted(Set<String> topics) {
    for (GroupShard shard : shards.values()) {
      shard.topicsDeleted(topics);
    }
  }

  /** From now on every request is refused; those that wait are answered NOT_COORDINATOR. */
  public void close() {
    active = false;
    shards.values().forEach(GroupShard::close);
  }

  /** JoinGroup. */
  public void join(JoinCall call, Consumer<JoinReply> reply) {
    onShard(
        call.groupId(),
        isValid(call.groupId()),
        reply,
        error -> JoinReply.failed(call.memberId(), error),
        (shard, once) -> shard.join(call, once));
  }

  /** SyncGroup. */
  public void sync(SyncCall call, Consumer<SyncReply> reply) {
    onShard(
        call.groupId(),
        isValid(call.groupId()),
        reply,
        // The rebalance is lost with the state it was in; members must start over by joining.
        error ->
            SyncReply.failed(
                error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
                    ? ErrorCode.REBALANCE_IN_PROGRESS
                    : error),
        (shard, once) -> shard.sync(call, once));
  }

  /** Heartbeat. */
  public void heartbeat(
      String groupId, MemberIdentity member, int generation, Consumer<ErrorCode> reply) {
    onShard(
        groupId,
        isValid(groupId),
        reply,
        // Loaded members have a full session ahead of them, so there is nothing to worry about.
        error -> error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.NONE : error,
        (shard, once) -> once.accept(shard.heartbeat(groupId, member, generation)));
  }

  /** LeaveGroup: an error for all, or one for each of them in turn. */
  public void leave(String groupId, List<MemberIdentity> leaving, Consumer<LeaveReply> reply) {
    onShard(
        groupId,
        isValid(groupId),
        reply,
        error -> new LeaveReply(error, List.of()),
        (shard, once) ->
            once.accept(new LeaveReply(ErrorCode.NONE, shard.leave(groupId, leaving))));
  }

  /** The outcome of LeaveGroup; {@code members} is empty when there is an error for all. */
  public record LeaveReply(ErrorCode error, List<ErrorCode> members) {}

  /** OffsetCommit: one error for each commit in turn. */
  public void commit(OffsetCommitCall call, Consumer<List<ErrorCode>> reply) {
    onShard(
        call.groupId(),
        true,
        reply,
        error -> OffsetRules.repeat(error, call.commits().size()),
        (shard, once) -> shard.commit(call, once));
  }

  /**
   * OffsetFetch of one group.
   *
   * @param partitions null for all that have an offset
   */
  public void fetch(
      String groupId,
      @Nullable List<TopicPartition> partitions,
      boolean requireStable,
      Consumer<FetchReply> reply) {
    onShard(
        groupId,
        true,
        reply,
        error -> new FetchReply(error, List.of()),
        (shard, once) ->
            once.accept(
                new FetchReply(
                    ErrorCode.NONE,
                    OffsetRules.fetch(shard.find(groupId), partitions, requireStable))));
  }

  /** The outcome of OffsetFetch; {@code offsets} is empty when there is an error for the group. */
  public record FetchReply(ErrorCode error, List<FetchedOffset> offsets) {}

  /** DescribeGroups of one group. */
  public void describe(String groupId, Consumer<GroupDescription> reply) {
    onShard(
        groupId,
        true,
        reply,
        error -> GroupDescription.failed(groupId, error),
        (shard, once) -> {
          Group group = shard.find(groupId);
          once.accept(
              group == null ? GroupDescription.missing(groupId) : GroupDescription.of(group));
        });
  }

  /** DeleteGroups of one group. */
  public void deleteGroup(String groupId, Consumer<ErrorCode> reply) {
    onShard(
        groupId, true, reply, error -> error, (shard, once) -> shard.deleteGroup(groupId, once));
  }

  /** OffsetDelete. */
  public void deleteOffsets(
      String groupId, List<TopicPartition> partitions, Consumer<OffsetDeletion> reply) {
    onShard(
        groupId,
        isValid(groupId),
        reply,
        OffsetDeletion::failed,
        (shard, once) -> shard.deleteOffsets(groupId, partitions, once));
  }

  /** ListGroups: the groups of all partitions that this broker leads. */
  public void list(Consumer<GroupListing> reply) {
    if (!active) {
      reply.accept(new GroupListing(ErrorCode.COORDINATOR_NOT_AVAILABLE, List.of()));
      return;
    }
    List<GroupShard> asked = List.copyOf(shards.values());
    if (asked.isEmpty()) {
      reply.accept(new GroupListing(ErrorCode.NONE, List.of()));
      return;
    }
    List<GroupListing.ListedGroup> listed = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean incomplete = new AtomicBoolean();
    AtomicInteger awaited = new AtomicInteger(asked.size());
    Runnable answered =
        () -> {
          if (awaited.decrementAndGet() == 0) {
            reply.accept(
                new GroupListing(
                    incomplete.get() ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS : ErrorCode.NONE,
                    List.copyOf(listed)));
          }
        };
    for (GroupShard shard : asked) {
      shard.submit(
          error -> {
            if (error != ErrorCode.NOT_COORDINATOR) {
              incomplete.set(true);
            }
            answered.run();
          },
          () -> {
            shard.groups().forEach(group -> listed.add(GroupListing.ListedGroup.of(group)));
            answered.run();
          });
    }
  }

  /** Offsets may be kept under the empty group id, as clients of old did; nothing else may. */
  private static boolean isValid(String groupId) {
    return !groupId.isEmpty();
  }

  private <R> void onShard(
      String groupId,
      boolean validId,
      Consumer<R> reply,
      Function<ErrorCode, R> failure,
      BiConsumer<GroupShard, Consumer<R>> work) {
    if (!validId) {
      reply.accept(failure.apply(ErrorCode.INVALID_GROUP_ID));
      return;
    }
    if (!active) {
      reply.accept(failure.apply(ErrorCode.COORDINATOR_NOT_AVAILABLE));
      return;
    }
    GroupShard shard = shards.get(partitionFor(groupId));
    if (shard == null) {
      reply.accept(failure.apply(ErrorCode.NOT_COORDINATOR));
      return;
    }
    OnceOnly<R> once = new OnceOnly<>(reply);
    shard.submit(error -> once.accept(failure.apply(error)), () -> work.accept(shard, once));
  }

  /**
   * Passes the first reply on. A second one can only come when a request failed unexpectedly after
   * it was answered, or set to wait; the failure is logged where it is caught.
   */
  private static final class OnceOnly<R> implements Consumer<R> {
    private final AtomicBoolean done = new AtomicBoolean();
    private final Consumer<R> reply;

    OnceOnly(Consumer<R> reply) {
      this.reply = reply;
    }

    @Override
    public void accept(R value) {
      if (!done.getAndSet(true)) {
        reply.accept(value);
      }
    }
  }
}
