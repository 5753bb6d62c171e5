package org.odradek.broker.partition;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** Keeps proposals until the test answers them, in order. */
public final class HeldIsrStore implements IsrStore {
  private record Held(Proposal proposal, CompletableFuture<Outcome> answer) {}

  private final Deque<Held> held = new ArrayDeque<>();

  @Override
  public CompletableFuture<Outcome> propose(Proposal proposal) {
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    held.add(new Held(proposal, answer));
    return answer;
  }

  public int open() {
    return held.size();
  }

  /** The oldest that is not answered. */
  public Proposal next() {
    return held.element().proposal;
  }

  /** Agrees to the oldest: the partition epoch goes up by one. */
  public void accept() {
    Proposal proposal = next();
    answer(
        new Accepted(
            proposal.leader(),
            proposal.leaderEpoch(),
            proposal.partitionEpoch() + 1,
            proposal.newIsrIds()));
  }

  public void answer(Outcome outcome) {
    held.remove().answer.complete(outcome);
  }
}
