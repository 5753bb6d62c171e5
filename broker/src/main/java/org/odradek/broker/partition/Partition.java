package org.odradek.broker.partition;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.record.ValidationSettings;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.AppendResult;
import org.odradek.storage.LogException;
import org.odradek.storage.PartitionLog;

/**
 * This broker's replica of a partition: its log, its role, and who waits for it.
 *
 * <p>Thread-safety: any thread. Appends hold a shared lock for the length of a copy; a change of
 * role takes it alone, for no longer than to swap the state, so nobody appends under a leader epoch
 * that has passed. Nothing here waits for a disk but {@link #becomeLeader}.
 */
public final class Partition {
  private final TopicPartition topicPartition;
  private final int brokerId;
  private final PartitionLog log;
  private final StampedLock roleLock = new StampedLock();
  private final Set<PartitionWatcher> watchers = ConcurrentHashMap.newKeySet();
  private final ReplicationWaits replicationWaits = new ReplicationWaits();
  private volatile PartitionState state = PartitionState.UNKNOWN;
  private volatile ValidationRules rules;

  Partition(int brokerId, PartitionLog log) {
    this.brokerId = brokerId;
    this.topicPartition = log.topicPartition();
    this.log = log;
    this.rules = ValidationRules.of(log.config());
  }

  public TopicPartition topicPartition() {
    return topicPartition;
  }

  /** Null while the topic has none. */
  public @Nullable Uuid topicId() {
    return log.topicId();
  }

  public PartitionLog log() {
    return log;
  }

  public PartitionState state() {
    return state;
  }

  /** Whether this broker leads the partition. */
  public boolean isLeader() {
    return state.leading();
  }

  /** What the topic's settings demand of records that are appended here. */
  public ValidationSettings validationSettings() {
    ValidationRules current = rules;
    if (current.config() != log.config()) {
      current = ValidationRules.of(log.config());
      rules = current;
    }
    return current.settings();
  }

  /**
   * Whether a client that believes in a leader epoch may go on (KIP-320), and this broker leads.
   *
   * @param clientLeaderEpoch -1 if the client does not say
   * @throws LogException NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH
   */
  public PartitionState requireLeader(int clientLeaderEpoch) {
    PartitionState current = state;
    if (clientLeaderEpoch >= 0 && clientLeaderEpoch < current.leaderEpoch()) {
      throw new LogException(
          ErrorCode.FENCED_LEADER_EPOCH,
          "Leader epoch %d of %s has passed, it is %d"
              .formatted(clientLeaderEpoch, topicPartition, current.leaderEpoch()));
    }
    if (clientLeaderEpoch >= 0 && clientLeaderEpoch > current.leaderEpoch()) {
      throw new LogException(
          ErrorCode.UNKNOWN_LEADER_EPOCH,
          "Leader epoch %d of %s is not known here yet, it is %d"
              .formatted(clientLeaderEpoch, topicPartition, current.leaderEpoch()));
    }
    if (!current.leading()) {
      throw notLeader(current);
    }
    return current;
  }

  private LogException notLeader(PartitionState current) {
    return new LogException(
        ErrorCode.NOT_LEADER_OR_FOLLOWER,
        "Broker %d does not lead %s, broker %d does in epoch %d"
            .formatted(brokerId, topicPartition, current.leader(), current.leaderEpoch()));
  }

  /**
   * Appends as leader. May run on an event loop.
   *
   * @param batches whole and validated, see {@link PartitionLog#appendAsLeader}
   * @param allInSync whether as many replicas as {@code min.insync.replicas} have to be in sync
   *     (acks=all)
   * @throws LogException NOT_LEADER_OR_FOLLOWER, NOT_ENOUGH_REPLICAS, or what the log refuses with
   */
  public AppendResult append(ByteBuffer batches, AppendOrigin origin, boolean allInSync) {
    AppendResult result;
    boolean passed;
    long stamp = roleLock.readLock();
    try {
      PartitionState current = state;
      if (!current.leading()) {
        throw notLeader(current);
      }
      int needed = log.config().minInsyncReplicas();
      if (allInSync && current.isr().size() < needed) {
        throw new LogException(
            ErrorCode.NOT_ENOUGH_REPLICAS,
            "%d replicas of %s are in sync, min.insync.replicas is %d"
                .formatted(current.isr().size(), topicPartition, needed));
      }
      result = log.appendAsLeader(batches, current.leaderEpoch(), origin);
      passed = advanceHighWatermark(current);
    } finally {
      roleLock.unlockRead(stamp);
    }
    if (passed) {
      replicationWaits.highWatermarkMoved(log.highWatermark());
    }
    if (!result.duplicate()) {
      changed();
    }
    return result;
  }

  /**
   * Completes once all in-sync replicas have what lies below the offset; fails with a {@link
   * LogException} when this broker stops leading before. Completes at once where it is the only
   * one.
   */
  public CompletableFuture<@Nullable Void> replicated(long upToOffset) {
    if (log.highWatermark() >= upToOffset) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<@Nullable Void> future = replicationWaits.await(upToOffset);
    // it may have moved, or the leader changed, between the look and the entry
    PartitionState current = state;
    if (!current.leading()) {
      replicationWaits.failAll(notLeader(current));
    } else {
      replicationWaits.highWatermarkMoved(log.highWatermark());
    }
    return future;
  }

  /**
   * Where this broker is the only one in sync, what is appended is replicated. Until there are
   * replica fetches the watermark stands still otherwise.
   *
   * @return whether it moved. Who waits for that is told once the role lock is let go of: what they
   *     go on with may come back here, and the lock is not reentrant
   */
  private boolean advanceHighWatermark(PartitionState current) {
    boolean alone = current.isr().size() == 1 && current.isr().getFirst() == brokerId;
    return alone && log.updateHighWatermark(log.logEndOffset());
  }

  /**
   * Appends what the leader of an epoch sent, as it is. Keeps the role while it does.
   *
   * @param leaderEpoch the epoch that the follower fetched in
   * @return null when there was no whole batch
   * @throws LogException FENCED_LEADER_EPOCH if the role has changed since, or what {@link
   *     PartitionLog#appendAsFollower} refuses with
   */
  public @Nullable AppendResult appendAsFollower(ByteBuffer batches, int leaderEpoch) {
    return following(leaderEpoch, () -> log.appendAsFollower(batches));
  }

  /**
   * Cuts the log off where it splits from the leader's. May wait for the disk.
   *
   * @return the log end offset afterwards
   * @throws LogException FENCED_LEADER_EPOCH if the role has changed since
   */
  public long truncateTo(long offset, int leaderEpoch) {
    return following(leaderEpoch, () -> log.truncateTo(offset));
  }

  /**
   * Empties the log and goes on at an offset, as the leader has nothing of what is here. May wait
   * for the disk.
   *
   * @throws LogException FENCED_LEADER_EPOCH if the role has changed since
   */
  public void truncateFullyAndStartAt(long offset, int leaderEpoch) {
    following(
        leaderEpoch,
        () -> {
          log.truncateFullyAndStartAt(offset);
          return offset;
        });
  }

  /**
   * Takes over how far the leader says that records are replicated, and where they begin. May wait
   * for the disk when the log start offset moves. The high watermark never moves back here.
   *
   * @throws LogException FENCED_LEADER_EPOCH if the role has changed since
   */
  public void followLeader(long highWatermark, long logStartOffset, int leaderEpoch) {
    boolean moved =
        following(
            leaderEpoch,
            () -> {
              boolean raised = log.updateHighWatermark(highWatermark);
              if (logStartOffset > log.logStartOffset()) {
                log.followLogStart(logStartOffset);
              }
              return raised;
            });
    if (moved) {
      changed();
    }
  }

  private <T extends @Nullable Object> T following(int leaderEpoch, Supplier<T> work) {
    long stamp = roleLock.readLock();
    try {
      PartitionState current = state;
      if (current.leading() || current.leaderEpoch() != leaderEpoch) {
        throw new LogException(
            ErrorCode.FENCED_LEADER_EPOCH,
            "Broker %d does not follow %s in epoch %d: it %s in epoch %d"
                .formatted(
                    brokerId,
                    topicPartition,
                    leaderEpoch,
                    current.leading() ? "leads" : "follows",
                    current.leaderEpoch()));
      }
      return work.get();
    } finally {
      roleLock.unlockRead(stamp);
    }
  }

  /** From now on the watcher hears of changes, until it is taken away. */
  public void watch(PartitionWatcher watcher) {
    watchers.add(watcher);
  }

  public void unwatch(PartitionWatcher watcher) {
    watchers.remove(watcher);
  }

  private void changed() {
    if (!watchers.isEmpty()) {
      for (PartitionWatcher watcher : watchers) {
        watcher.onChange(this);
      }
    }
  }

  /**
   * Takes the lead under a new leader epoch. May wait for the disk. Changes of role of one
   * partition come one after the other.
   */
  void becomeLeader(PartitionState next) {
    swap(next.notLeading());
    log.startLeaderEpoch(next.leaderEpoch());
    long stamp = roleLock.writeLock();
    try {
      state = next;
      advanceHighWatermark(next);
    } finally {
      roleLock.unlockWrite(stamp);
    }
    replicationWaits.highWatermarkMoved(log.highWatermark());
    changed();
  }

  /** Another broker leads, or none. */
  void becomeFollower(PartitionState next) {
    swap(next);
    replicationWaits.failAll(notLeader(next));
    changed();
  }

  /** This replica is stopped: it answers nobody any more. */
  void stop() {
    becomeFollower(state.notLeading());
  }

  private void swap(PartitionState next) {
    long stamp = roleLock.writeLock();
    try {
      state = next;
    } finally {
      roleLock.unlockWrite(stamp);
    }
  }

  @Override
  public String toString() {
    return "Partition(" + topicPartition + ", " + state + ")";
  }
}
