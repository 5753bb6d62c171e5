package org.odradek.broker.partition;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.storage.LogException;
import org.odradek.storage.PartitionLog;

/**
 * How far the records of a partition led here are replicated (its high watermark), and those who
 * wait for that.
 *
 * <p>Thread-safety: any thread, as each method says; never waits.
 */
final class ReplicatedOffset {
  private volatile PartitionLog log;
  private final PartitionRole role;
  private final LeaderContext context;
  private final ReplicationWaits waits = new ReplicationWaits();

  ReplicatedOffset(PartitionLog log, PartitionRole role, LeaderContext context) {
    this.log = log;
    this.role = role;
    this.context = context;
  }

  /** Another log with the same records has taken the place of the one before. */
  void logIs(PartitionLog replacement) {
    log = replacement;
  }

  /**
   * What is replicated counts as such while enough replicas are in sync; else the watermark stands
   * still (as in Kafka from 3.7 on). With the role lock held.
   *
   * @return whether it moved. Who waits for that is told once the role lock is let go of, by {@link
   *     #settle}: what they go on with may come back here, and the lock is not reentrant
   */
  boolean advance(LeaderTerm term) {
    if (spare(term) < 0) {
      return false;
    }
    long end = log.logEndOffset();
    if (term.replicationFactor() == 1) {
      return log.updateHighWatermark(end);
    }
    return log.updateHighWatermark(
        term.replicatedUpTo(
            end, context.lagClockMs().getAsLong(), context.lagMaxMs(), context.alive()));
  }

  /** Tells those who wait what has become of it. Not with the role lock held. */
  void settle() {
    PartitionState current = role.state();
    LeaderTerm term = role.term();
    if (term == null) {
      waits.failAll(role.notLeader(current));
    } else if (spare(term) < 0) {
      waits.failAll(shortage(term, ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND));
    } else {
      waits.highWatermarkMoved(log.highWatermark());
    }
  }

  /** Nobody is going to be acknowledged here. Not with the role lock held. */
  void leadIsLost(PartitionState next) {
    waits.failAll(role.notLeader(next));
  }

  /** See {@link Partition#replicated(long)}. */
  CompletableFuture<@Nullable Void> await(long upToOffset) {
    LeaderTerm term = role.term();
    if (term != null && log.highWatermark() >= upToOffset && spare(term) >= 0) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<@Nullable Void> future = waits.await(upToOffset);
    // it may have moved, or the leader changed, between the look and the entry
    settle();
    return future;
  }

  /** See {@link Partition#replicated(long, int)}. */
  CompletableFuture<@Nullable Void> await(long upToOffset, int ledSinceEpoch) {
    CompletableFuture<@Nullable Void> future = await(upToOffset);
    LeaderTerm term = role.term();
    if (term != null && term.ledSinceEpoch() == ledSinceEpoch) {
      return future;
    }
    future.cancel(false); // nobody waits for it any more
    return CompletableFuture.failedFuture(role.notLeader(role.state()));
  }

  /**
   * @throws LogException NOT_ENOUGH_REPLICAS if fewer are in sync than the topic demands
   */
  void requireEnough(LeaderTerm term) {
    if (spare(term) < 0) {
      throw shortage(term, ErrorCode.NOT_ENOUGH_REPLICAS);
    }
  }

  /**
   * How many more replicas are in sync than {@code min.insync.replicas} demands, negative if there
   * are too few. As in Kafka from 3.7 on, more than all replicas are not demanded.
   */
  int spare(LeaderTerm term) {
    int needed = Math.min(log.config().minInsyncReplicas(), term.replicationFactor());
    return term.isr().committed().size() - needed;
  }

  private LogException shortage(LeaderTerm term, ErrorCode code) {
    return new LogException(
        code,
        "%d replicas of %s are in sync, min.insync.replicas is %d"
            .formatted(
                term.isr().committed().size(),
                log.topicPartition(),
                log.config().minInsyncReplicas()));
  }
}
