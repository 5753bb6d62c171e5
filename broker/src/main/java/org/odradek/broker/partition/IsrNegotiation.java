package org.odradek.broker.partition;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.InSyncReplicas.Change;
import org.odradek.broker.partition.InSyncReplicas.Joining;
import org.odradek.broker.partition.InSyncReplicas.Leaving;
import org.odradek.broker.partition.IsrStore.Accepted;
import org.odradek.broker.partition.IsrStore.Fenced;
import org.odradek.broker.partition.IsrStore.NotAttempted;
import org.odradek.broker.partition.IsrStore.Outcome;
import org.odradek.broker.partition.IsrStore.Proposal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the changes of one partition's ISR agreed, one at a time.
 *
 * <p>Thread-safety: any thread; never waits. A change is begun and ended with the role lock held
 * alone; the store is asked without it.
 */
final class IsrNegotiation {
  private static final Logger logger = LoggerFactory.getLogger(IsrNegotiation.class);

  /** A follower that was refused fetches again at once; the controller is not asked as often. */
  private static final long RETRY_AFTER_REFUSAL_MS = 500;

  private final Partition partition;
  private final PartitionRole role;
  private final LeaderContext context;
  private volatile long notBeforeMs = Long.MIN_VALUE;

  IsrNegotiation(Partition partition, PartitionRole role, LeaderContext context) {
    this.partition = partition;
    this.role = role;
    this.context = context;
  }

  /** Whether a follower that fetched should be proposed; cheap. */
  boolean belongsIn(LeaderTerm term, FollowerProgress follower) {
    return term.belongsIn(follower, partition.log().highWatermark(), context.alive())
        && context.lagClockMs().getAsLong() >= notBeforeMs;
  }

  void propose(FollowerProgress follower) {
    Proposal proposal = null;
    LeaderTerm term;
    long stamp = role.lockAlone();
    try {
      term = role.term();
      if (term != null
          && term.follower(follower.brokerId()) == follower
          && belongsIn(term, follower)) {
        proposal = begin(term, new Joining(follower.brokerId()));
      }
    } finally {
      role.unlockAlone(stamp);
    }
    if (proposal != null && term != null) {
      submit(term, proposal);
    }
  }

  /** Proposes an ISR without those that have not been caught up for too long, if there are any. */
  void shrink() {
    LeaderTerm seen = role.term();
    if (seen == null || laggards(seen).isEmpty()) {
      return;
    }
    Proposal proposal = null;
    LeaderTerm term;
    List<Integer> laggards;
    long stamp = role.lockAlone();
    try {
      term = role.term();
      laggards = term == null ? List.of() : laggards(term);
      if (term != null && !laggards.isEmpty()) {
        proposal = begin(term, new Leaving(laggards));
      }
    } finally {
      role.unlockAlone(stamp);
    }
    if (term != null && proposal != null) {
      logger.info(
          "{}: followers {} have not been caught up for {} ms (log end offset {}, high watermark"
              + " {}): {}",
          partition.topicPartition(),
          laggards,
          context.lagMaxMs(),
          partition.log().logEndOffset(),
          partition.log().highWatermark(),
          term.statuses());
      submit(term, proposal);
    }
  }

  private List<Integer> laggards(LeaderTerm term) {
    return term.laggards(
        partition.log().logEndOffset(), context.lagClockMs().getAsLong(), context.lagMaxMs());
  }

  /** With the role lock held alone. */
  private Proposal begin(LeaderTerm term, Change change) {
    PartitionState state = role.state();
    InSyncReplicas next = term.isr().with(change);
    term.isr(next);
    return new Proposal(
        partition.topicPartition(),
        partition.topicId(),
        state.leader(),
        state.leaderEpoch(),
        next.partitionEpoch(),
        term.members(next.proposed(), context.brokerEpoch().getAsLong()),
        state.controllerEpoch());
  }

  private void submit(LeaderTerm term, Proposal proposal) {
    CompletableFuture<Outcome> answer = context.isrStore().propose(proposal);
    var unused =
        answer.whenComplete((outcome, failure) -> {
          if (outcome != null) {
            onOutcome(term, proposal, outcome);
          } else {
            onOutcome(term, proposal, new NotAttempted(String.valueOf(failure)));
          }
        });
  }

  private void onOutcome(LeaderTerm term, Proposal proposal, Outcome outcome) {
    @Nullable String news;
    long stamp = role.lockAlone();
    try {
      news = apply(term, proposal, outcome);
    } finally {
      role.unlockAlone(stamp);
    }
    if (news != null) {
      logger.info("{}: {}", partition.topicPartition(), news);
      partition.isrChanged();
    }
  }

  /** Whether a state is of this term, and no older than what is known. */
  private boolean isOurs(Accepted accepted, LeaderTerm term, InSyncReplicas before) {
    return accepted.leader() == partition.brokerId()
        && accepted.leaderEpoch() == term.leaderEpoch()
        && accepted.partitionEpoch() >= before.partitionEpoch()
        && accepted.isr().contains(partition.brokerId())
        && role.state().replicas().containsAll(accepted.isr());
  }

  /** With the role lock held alone. Returns what is to be logged of it, null if nothing is. */
  private @Nullable String apply(LeaderTerm term, Proposal proposal, Outcome outcome) {
    InSyncReplicas before = term.isr();
    Change change = before.change();
    if (role.term() != term
        || change == null
        || before.partitionEpoch() != proposal.partitionEpoch()) {
      return null; // of a role that has passed
    }
    switch (outcome) {
      case Accepted accepted -> {
        if (!isOurs(accepted, term, before)) {
          context.counts().notMade();
          return "the ISR stays "
              + before.committed()
              + ": state "
              + accepted
              + " is not of leader epoch "
              + term.leaderEpoch()
              + ", partition epoch "
              + before.partitionEpoch();
        }
        context.counts().changed(change);
        term.isr(InSyncReplicas.agreed(accepted.isr(), accepted.partitionEpoch()));
        role.state(role.state().withIsr(accepted.isr(), accepted.partitionEpoch()));
        return "the ISR is %s, it was %s (leader epoch %d, partition epoch %d)"
            .formatted(
                accepted.isr(),
                before.committed(),
                accepted.leaderEpoch(),
                accepted.partitionEpoch());
      }
      case NotAttempted refused -> {
        context.counts().notMade();
        notBeforeMs = context.lagClockMs().getAsLong() + RETRY_AFTER_REFUSAL_MS;
        term.isr(before.unchanged());
        return "the ISR stays %s: %s".formatted(before.committed(), refused.reason());
      }
      case Fenced fenced -> {
        context.counts().notMade();
        return "ISR %s may not be changed to %s: %s; waiting to hear from the controller"
            .formatted(before.committed(), before.proposed(), fenced.reason());
      }
    }
  }
}
