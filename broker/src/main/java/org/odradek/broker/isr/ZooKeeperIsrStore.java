package org.odradek.broker.isr;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.IsrStore;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.PartitionStateCodec;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the ISR into the state znode of the partition, on condition that nobody has written it
 * since, and announces that to the controller: what leaders did before AlterPartition (KIP-497).
 *
 * <p>Thread-safe.
 */
public final class ZooKeeperIsrStore implements IsrStore {
  private static final Logger logger = LoggerFactory.getLogger(ZooKeeperIsrStore.class);
  private static final long RETRY_MS = 200;

  private final ZooKeeperSession session;
  private final IsrChangeAnnouncements announcements;
  private final WaitTimer timer;

  public ZooKeeperIsrStore(
      ZooKeeperSession session, IsrChangeAnnouncements announcements, WaitTimer timer) {
    this.session = session;
    this.announcements = announcements;
    this.timer = timer;
  }

  @Override
  public CompletableFuture<Outcome> propose(Proposal proposal) {
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    write(proposal, answer);
    return answer;
  }

  private void write(Proposal proposal, CompletableFuture<Outcome> answer) {
    TopicPartition partition = proposal.topicPartition();
    PartitionState next =
        new PartitionState(
            proposal.leader(),
            proposal.leaderEpoch(),
            proposal.newIsrIds(),
            proposal.controllerEpoch(),
            proposal.partitionEpoch());
    var unused =
        session
            .write(
                ZnodePaths.partitionState(partition),
                PartitionStateCodec.encode(next),
                proposal.partitionEpoch())
            .whenComplete((stat, failure) -> {
              if (stat != null) {
                accept(
                    partition, next.writtenBy(next.controllerEpoch(), stat.getVersion()), answer);
              } else if (rootOf(failure) instanceof KeeperException.BadVersionException) {
                compare(proposal, next, answer);
              } else {
                failed(proposal, answer, failure);
              }
            });
  }

  /**
   * Somebody wrote the state. That may be ourselves: a write whose answer was lost with the
   * connection is made again.
   */
  private void compare(
      Proposal proposal, PartitionState proposed, CompletableFuture<Outcome> answer) {
    TopicPartition partition = proposal.topicPartition();
    var unused =
        session
            .read(ZnodePaths.partitionState(partition), false)
            .thenAccept(znode -> {
              PartitionState found = decode(partition, znode);
              if (found.leader() == proposed.leader()
                  && found.leaderEpoch() == proposed.leaderEpoch()) {
                accept(partition, found, answer);
              } else {
                answer.complete(
                    new Fenced(
                        "ZooKeeper has %s in version %d, not version %d"
                            .formatted(found, found.znodeVersion(), proposal.partitionEpoch())));
              }
            })
            .whenComplete((done, failure) -> {
              if (failure != null) {
                failed(proposal, answer, failure);
              }
            });
  }

  private static PartitionState decode(TopicPartition partition, Znode znode) {
    return PartitionStateCodec.decode(partition, znode.data(), znode.stat().getVersion());
  }

  private void accept(
      TopicPartition partition, PartitionState state, CompletableFuture<Outcome> answer) {
    announcements.changed(partition);
    answer.complete(
        new Accepted(state.leader(), state.leaderEpoch(), state.znodeVersion(), state.isr()));
  }

  /** When the session has expired, the write may have been made or not: it is tried again. */
  private void failed(
      Proposal proposal, CompletableFuture<Outcome> answer, @Nullable Throwable failure) {
    Throwable cause = rootOf(failure);
    if (cause instanceof KeeperException.NoNodeException) {
      answer.complete(new Fenced("the partition's state is gone from ZooKeeper"));
    } else if (cause instanceof KeeperException.SessionExpiredException
        || cause instanceof KeeperException.ConnectionLossException) {
      timer.schedule(() -> write(proposal, answer), RETRY_MS);
    } else {
      logger.error("The ISR of {} cannot be written", proposal.topicPartition(), cause);
      answer.complete(new Fenced(String.valueOf(cause)));
    }
  }

  private static @Nullable Throwable rootOf(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
