package org.odradek.broker.partition;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
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
 * This broker's replica of a partition: its log, its role, and who waits for it. What it does while
 * another broker leads is {@link FollowerReplica}'s.
 *
 * <p>Thread-safety: any thread. Appends hold a shared lock for the length of a copy; a change of
 * role takes it alone, for no longer than to swap the state, so nobody appends under a leader epoch
 * that has passed. Nothing on a leader waits for a disk.
 */
public final class Partition {
  private static final int ANY_EPOCH = -1;

  private final TopicPartition topicPartition;
  private final int brokerId;
  private volatile PartitionLog log;
  private final LeaderContext context;
  private final PartitionTraffic traffic;
  private final PartitionRole role;
  private final IsrNegotiation isrNegotiation;
  private final FollowerReplica asFollower;
  private final Set<PartitionWatcher> watchers = ConcurrentHashMap.newKeySet();
  private final ReplicatedOffset replicated;
  private volatile ValidationRules rules;

  Partition(int brokerId, PartitionLog log, LeaderContext context, PartitionTraffic traffic) {
    this.traffic = traffic;
    this.brokerId = brokerId;
    this.topicPartition = log.topicPartition();
    this.log = log;
    this.context = context;
    this.role = new PartitionRole(brokerId, topicPartition);
    this.replicated = new ReplicatedOffset(log, role, context);
    this.isrNegotiation = new IsrNegotiation(this, role, context);
    this.asFollower = new FollowerReplica(this, role, traffic);
    this.rules = ValidationRules.of(log.config());
  }

  public TopicPartition topicPartition() {
    return topicPartition;
  }

  /** This broker. */
  public int brokerId() {
    return brokerId;
  }

  /** Null while the topic has none. */
  public @Nullable Uuid topicId() {
    return log.topicId();
  }

  public PartitionLog log() {
    return log;
  }

  public PartitionState state() {
    return role.state();
  }

  /** This replica while another broker leads. */
  public FollowerReplica asFollower() {
    return asFollower;
  }

  /** Whether this broker leads the partition. */
  public boolean isLeader() {
    return role.state().leading();
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
    PartitionState current = role.requireEpoch(clientLeaderEpoch);
    if (!current.leading()) {
      throw role.notLeader(current);
    }
    return current;
  }

  /**
   * Whether a client may go on that reads from any replica (KIP-392).
   *
   * @param clientLeaderEpoch -1 if the client does not say
   * @throws LogException FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH, or NOT_LEADER_OR_FOLLOWER where
   *     there is no leader to follow
   */
  public void requireReplicaHere(int clientLeaderEpoch) {
    PartitionState current = role.requireEpoch(clientLeaderEpoch);
    if (!current.leading() && (current.leader() < 0 || current.leader() == brokerId)) {
      throw role.notLeader(current); // stopped, or without a leader
    }
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
    return append(batches, origin, allInSync, ANY_EPOCH);
  }

  /**
   * As above, but only in one leader epoch: for coordinators, whose state is that of an epoch.
   *
   * @throws LogException NOT_LEADER_OR_FOLLOWER also where this broker leads in another epoch
   */
  public AppendResult append(
      ByteBuffer batches, AppendOrigin origin, boolean allInSync, int leaderEpoch) {
    if (!isLeader()) {
      throw role.notLeader(role.state()); // without the lock, which a truncation may hold for long
    }
    int sizeInBytes = batches.remaining();
    AppendResult result;
    boolean passed;
    long stamp = role.lockShared();
    try {
      PartitionState current = role.state();
      LeaderTerm term = role.term();
      if (term == null || (leaderEpoch != ANY_EPOCH && leaderEpoch != current.leaderEpoch())) {
        throw role.notLeader(current);
      }
      if (allInSync) {
        replicated.requireEnough(term);
      }
      result = log.appendAsLeader(batches, current.leaderEpoch(), origin);
      passed = replicated.advance(term);
    } finally {
      role.unlockShared(stamp);
    }
    if (passed) {
      replicated.settle();
    }
    if (!result.duplicate()) {
      traffic.produced(result.lastOffset() - result.firstOffset() + 1, sizeInBytes);
      changed();
    }
    return result;
  }

  /**
   * Completes once all in-sync replicas have what lies below the offset; fails with a {@link
   * LogException} when this broker stops leading before (NOT_LEADER_OR_FOLLOWER), or fewer are in
   * sync by then than the topic demands (NOT_ENOUGH_REPLICAS_AFTER_APPEND). Completes at once where
   * it is the only one.
   */
  public CompletableFuture<@Nullable Void> replicated(long upToOffset) {
    return replicated.await(upToOffset);
  }

  /**
   * The leader epoch since which this broker has led without a break; -1 if it does not lead. What
   * was appended in such a time is only cut off after it.
   */
  public int ledSinceEpoch() {
    LeaderTerm term = role.term();
    return term == null ? -1 : term.ledSinceEpoch();
  }

  /**
   * As {@link #replicated(long)}, for what was appended since {@link #ledSinceEpoch} had the given
   * value: fails when the lead was lost in between, even if it was taken again. The offset may be
   * that of another record by then.
   */
  public CompletableFuture<@Nullable Void> replicated(long upToOffset, int ledSinceEpoch) {
    return replicated.await(upToOffset, ledSinceEpoch);
  }

  /**
   * Notes that a follower fetched, and so has everything below the offset. The watermark moves if
   * that was waited for, and the follower is proposed for the ISR once it has caught up.
   *
   * @param brokerEpoch of the follower's registration, -1 if it does not say
   * @param logStartOffset the follower's, -1 if it does not say
   * @param leaderEnd the log end offset here before the records for it were read
   * @throws LogException NOT_LEADER_OR_FOLLOWER, or UNKNOWN_LEADER_EPOCH if the follower is none of
   *     the replicas that this broker was told of
   */
  public void followerFetched(
      int replica, long brokerEpoch, long fetchOffset, long logStartOffset, long leaderEnd) {
    boolean passed;
    boolean belongsIn;
    FollowerProgress follower;
    long logStartBefore;
    long stamp = role.lockShared();
    try {
      LeaderTerm term = role.term();
      if (term == null) {
        throw role.notLeader(role.state());
      }
      follower = follower(term, replica);
      logStartBefore = follower.position().logStartOffset();
      long nowMs = context.lagClockMs().getAsLong();
      if (!follower.fetched(fetchOffset, logStartOffset, leaderEnd, nowMs, brokerEpoch)) {
        throw new LogException(
            ErrorCode.NOT_LEADER_OR_FOLLOWER,
            "Broker %d fetches %s with broker epoch %d, a newer one was seen: %d"
                .formatted(
                    replica, topicPartition, brokerEpoch, follower.position().brokerEpoch()));
      }
      passed = replicated.advance(term);
      belongsIn = isrNegotiation.belongsIn(term, follower);
    } finally {
      role.unlockShared(stamp);
    }
    if (passed) {
      replicated.settle();
    }
    if (passed || logStartOffset > logStartBefore) {
      changed();
    }
    if (belongsIn) {
      isrNegotiation.propose(follower);
    }
  }

  private FollowerProgress follower(LeaderTerm term, int replica) {
    FollowerProgress follower = term.follower(replica);
    if (follower == null) {
      throw new LogException(
          ErrorCode.UNKNOWN_LEADER_EPOCH,
          "Broker %d is none of the replicas %s of %s that the leader was told of in epoch %d"
              .formatted(
                  replica, role.state().replicas(), topicPartition, role.state().leaderEpoch()));
    }
    return follower;
  }

  /**
   * @throws LogException as {@link #followerFetched}
   */
  public void requireReplica(int replica) {
    LeaderTerm term = role.term();
    if (term == null) {
      throw role.notLeader(role.state());
    }
    follower(term, replica);
  }

  /**
   * Whether the leader cannot tell yet how far records are replicated: it knows only what it did as
   * a follower until the watermark has reached the start of its epoch (KIP-207).
   */
  public boolean watermarkLagsBehindEpoch() {
    LeaderTerm term = role.term();
    return term != null && log.highWatermark() < term.startOffset();
  }

  /**
   * The lowest log start offset of all live replicas (KIP-107); -1 while one of them has not
   * fetched yet.
   *
   * @throws LogException NOT_LEADER_OR_FOLLOWER
   */
  public long lowWatermark() {
    LeaderTerm term = role.term();
    if (term == null) {
      throw role.notLeader(role.state());
    }
    return term.lowWatermark(log.logStartOffset(), context.alive());
  }

  /** What this broker knows of its followers as the leader; empty unless it is. */
  public List<FollowerStatus> followers() {
    LeaderTerm term = role.term();
    return term == null ? List.of() : term.statuses();
  }

  /** Whether this broker leads, and fewer replicas are in sync than are assigned to stay. */
  public boolean isUnderReplicated() {
    LeaderTerm term = role.term();
    if (term == null) {
      return false;
    }
    PartitionState current = role.state();
    int wanted = current.replicas().size() - current.addingReplicas().size();
    return term.isr().committed().size() < wanted;
  }

  /** Whether this broker leads, and writes with acks=all are refused for want of replicas. */
  public boolean isUnderMinIsr() {
    LeaderTerm term = role.term();
    return term != null && replicated.spare(term) < 0;
  }

  /** Whether this broker leads, and would refuse writes if one more replica fell behind. */
  public boolean isAtMinIsr() {
    LeaderTerm term = role.term();
    return term != null && replicated.spare(term) == 0;
  }

  /** Proposes an ISR without those that have not been caught up for too long. Never waits. */
  public void shrinkIsr() {
    isrNegotiation.shrink();
  }

  /** Another ISR was agreed: what is replicated, and who waits for it, is to be seen anew. */
  void isrChanged() {
    long stamp = role.lockShared();
    try {
      LeaderTerm term = role.term();
      if (term == null) {
        return;
      }
      replicated.advance(term);
    } finally {
      role.unlockShared(stamp);
    }
    replicated.settle();
    changed();
  }

  /** Whether this broker leads, and the replica is in the ISR that was agreed. */
  public boolean isInSync(int replica) {
    LeaderTerm term = role.term();
    return term != null && term.isr().committed().contains(replica);
  }

  /**
   * Lets another log with the same records take the place of this partition's. Nobody appends, or
   * cuts the log, while it does. May wait for who does so now.
   *
   * @param swap looks whether it is time, and returns whether it is done; must be quick
   * @return the same
   */
  public boolean replaceLog(PartitionLog replacement, BooleanSupplier swap) {
    long stamp = role.lockAlone();
    try {
      if (!swap.getAsBoolean()) {
        return false;
      }
      log = replacement;
      replicated.logIs(replacement);
    } finally {
      role.unlockAlone(stamp);
    }
    replicated.settle();
    changed();
    return true;
  }

  /** From now on the watcher hears of changes, until it is taken away. */
  public void watch(PartitionWatcher watcher) {
    watchers.add(watcher);
  }

  public void unwatch(PartitionWatcher watcher) {
    watchers.remove(watcher);
  }

  /** Tells those who watch. Not with the role lock held. */
  void changed() {
    if (!watchers.isEmpty()) {
      for (PartitionWatcher watcher : watchers) {
        watcher.onChange(this);
      }
    }
  }

  /**
   * Takes the lead under a new leader epoch, or keeps it. The high watermark stays where it was
   * known to be. Changes of role of one partition come one after the other. The log's leader epochs
   * are to be written afterwards.
   */
  void becomeLeader(PartitionState next) {
    long stamp = role.lockAlone();
    try {
      log.beginLeaderEpoch(next.leaderEpoch());
      LeaderTerm term =
          LeaderTerm.begin(
              brokerId, next, role.term(), log.logEndOffset(), context.lagClockMs().getAsLong());
      role.lead(next, term);
      replicated.advance(term);
    } catch (RuntimeException | Error e) {
      role.follow(next.notLeading());
      throw e;
    } finally {
      role.unlockAlone(stamp);
    }
    replicated.settle();
    changed();
  }

  /** Another broker leads, or none. */
  void becomeFollower(PartitionState next) {
    long stamp = role.lockAlone();
    try {
      role.follow(next);
    } finally {
      role.unlockAlone(stamp);
    }
    replicated.leadIsLost(next);
    changed();
  }

  /** This replica is stopped: it answers nobody any more. */
  void stop() {
    becomeFollower(state().notLeading());
  }

  @Override
  public String toString() {
    return "Partition(" + topicPartition + ", " + state() + ")";
  }
}
