package org.odradek.broker.partition;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.storage.AppendResult;
import org.odradek.storage.LogException;
import org.odradek.storage.PartitionLog;

/**
 * What a partition's replica here takes over from the leader that it follows. Everything names the
 * leader epoch that it is of, and is refused in any other, or once this broker leads itself.
 *
 * <p>Thread-safety: any thread; one at a time changes the log, as there is one fetcher. Keeps the
 * role while it works; may wait for the disk, which appends do not.
 */
public final class FollowerReplica {
  private final Partition partition;
  private final PartitionRole role;
  private final PartitionTraffic traffic;

  FollowerReplica(Partition partition, PartitionRole role, PartitionTraffic traffic) {
    this.partition = partition;
    this.role = role;
    this.traffic = traffic;
  }

  /**
   * Appends what the leader of an epoch sent, as it is.
   *
   * @param leaderEpoch the epoch that the follower fetched in
   * @return null when there was no whole batch
   * @throws LogException FENCED_LEADER_EPOCH if the role has changed since, or what {@link
   *     PartitionLog#appendAsFollower} refuses with
   */
  public @Nullable AppendResult append(ByteBuffer batches, int leaderEpoch) {
    int sizeInBytes = batches.remaining();
    AppendResult result = following(leaderEpoch, () -> partition.log().appendAsFollower(batches));
    if (result != null) {
      traffic.copiedIn(sizeInBytes, role.state().addingReplicas().contains(partition.brokerId()));
    }
    return result;
  }

  /**
   * Cuts the log off where it splits from the leader's.
   *
   * @return the log end offset afterwards
   * @throws LogException FENCED_LEADER_EPOCH if the role has changed since
   */
  public long truncateTo(long offset, int leaderEpoch) {
    return following(leaderEpoch, () -> partition.log().truncateTo(offset));
  }

  /**
   * Empties the log and goes on at an offset, as the leader has nothing of what is here.
   *
   * @throws LogException FENCED_LEADER_EPOCH if the role has changed since
   */
  public void truncateFullyAndStartAt(long offset, int leaderEpoch) {
    following(
        leaderEpoch,
        () -> {
          partition.log().truncateFullyAndStartAt(offset);
          return offset;
        });
  }

  /**
   * Takes over how far the leader says that records are replicated, and where they begin. The high
   * watermark never moves back here.
   *
   * @throws LogException FENCED_LEADER_EPOCH if the role has changed since
   */
  public void takeOver(long highWatermark, long logStartOffset, int leaderEpoch) {
    boolean moved =
        following(
            leaderEpoch,
            () -> {
              PartitionLog log = partition.log();
              boolean raised = log.updateHighWatermark(highWatermark);
              if (logStartOffset > log.logStartOffset()) {
                log.followLogStart(logStartOffset);
              }
              return raised;
            });
    if (moved) {
      partition.changed();
    }
  }

  private <T extends @Nullable Object> T following(int leaderEpoch, Supplier<T> work) {
    long stamp = role.lockShared();
    try {
      PartitionState current = role.state();
      if (current.leading() || current.leaderEpoch() != leaderEpoch) {
        throw new LogException(
            ErrorCode.FENCED_LEADER_EPOCH,
            "Broker %d does not follow %s in epoch %d: it %s in epoch %d"
                .formatted(
                    partition.brokerId(),
                    partition.topicPartition(),
                    leaderEpoch,
                    current.leading() ? "leads" : "follows",
                    current.leaderEpoch()));
      }
      return work.get();
    } finally {
      role.unlockShared(stamp);
    }
  }
}
