package org.odradek.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.odradek.controller.znode.PartitionState;

/**
 * Who leads next, by reason of the election. Pure functions; each gives the next leader and ISR, or
 * empty when nobody may lead.
 */
final class LeaderElections {
  private LeaderElections() {}

  /** The result of an election. */
  record Choice(int leader, List<Integer> isr) {}

  /**
   * A partition that never had a leader: the first replica that is there; all there are in sync.
   */
  static Optional<Choice> first(List<Integer> replicas, IntPredicate isOnline) {
    List<Integer> online = replicas.stream().filter(isOnline::test).toList();
    return online.isEmpty() ? Optional.empty() : Optional.of(new Choice(online.getFirst(), online));
  }

  /**
   * The leader is gone: the first replica in assignment order that is there and in sync; with
   * {@code uncleanAllowed}, else the first that is there, which loses what it has not got.
   */
  static Optional<Choice> offline(
      List<Integer> replicas, PartitionState state, IntPredicate isOnline, boolean uncleanAllowed) {
    Optional<Integer> clean =
        replicas.stream().filter(id -> isOnline.test(id) && state.isr().contains(id)).findFirst();
    if (clean.isPresent()) {
      List<Integer> isr = state.isr().stream().filter(isOnline::test).toList();
      return Optional.of(new Choice(clean.get(), isr));
    }
    return uncleanAllowed
        ? replicas.stream()
            .filter(isOnline::test)
            .findFirst()
            .map(leader -> new Choice(leader, List.of(leader)))
        : Optional.empty();
  }

  /** The first of the target replicas of a reassignment that is there and in sync. */
  static Optional<Choice> reassignment(
      List<Integer> targetReplicas, PartitionState state, IntPredicate isOnline) {
    return targetReplicas.stream()
        .filter(id -> isOnline.test(id) && state.isr().contains(id))
        .findFirst()
        .map(leader -> new Choice(leader, state.isr()));
  }

  /** Back to the first replica, if it is there and in sync. */
  static Optional<Choice> preferred(
      List<Integer> replicas, PartitionState state, IntPredicate isOnline) {
    return replicas.stream()
        .findFirst()
        .filter(id -> isOnline.test(id) && state.isr().contains(id))
        .map(leader -> new Choice(leader, state.isr()));
  }

  /** The leader is about to stop: the first in-sync replica on a broker that stays. */
  static Optional<Choice> controlledShutdown(
      List<Integer> replicas,
      PartitionState state,
      IntPredicate isRegistered,
      IntPredicate isShuttingDown) {
    return replicas.stream()
        .filter(id -> isRegistered.test(id) && state.isr().contains(id) && !isShuttingDown.test(id))
        .findFirst()
        .map(leader -> {
          List<Integer> isr = new ArrayList<>(state.isr());
          isr.removeIf(isShuttingDown::test);
          return new Choice(leader, isr);
        });
  }
}
