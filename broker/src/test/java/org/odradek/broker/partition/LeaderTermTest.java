package org.odradek.broker.partition;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.odradek.broker.partition.InSyncReplicas.Joining;
import org.odradek.broker.partition.InSyncReplicas.Leaving;

final class LeaderTermTest {
  private static final long LAG_MAX_MS = 1_000;
  private static final IntPredicate ALL = broker -> true;
  private static final IntPredicate NOBODY = broker -> false;

  @Test
  void replicatedIsWhatAllInSyncHave() {
    LeaderTerm term = term(List.of(1, 2, 3), null, 100, 0);
    assertEquals(-1, term.replicatedUpTo(120, 10, LAG_MAX_MS, NOBODY));
    fetched(term, 2, 110, 120, 10);
    assertEquals(-1, term.replicatedUpTo(120, 10, LAG_MAX_MS, NOBODY));
    fetched(term, 3, 115, 120, 10);
    assertEquals(110, term.replicatedUpTo(120, 10, LAG_MAX_MS, NOBODY));
    fetched(term, 2, 120, 120, 20);
    assertEquals(115, term.replicatedUpTo(120, 20, LAG_MAX_MS, NOBODY));
    fetched(term, 3, 120, 120, 30);
    assertEquals(120, term.replicatedUpTo(120, 30, LAG_MAX_MS, NOBODY));
  }

  /** A replica that keeps up would else never come in while records are written. */
  @Test
  void waitsForThoseThatKeepUpAndCouldJoin() {
    LeaderTerm term = term(List.of(1, 2), null, 0, 0);
    fetched(term, 2, 20, 20, 10);
    fetched(term, 3, 20, 20, 10);
    fetched(term, 2, 30, 30, 20);
    assertEquals(20, term.replicatedUpTo(30, 20, LAG_MAX_MS, ALL));
    assertEquals(30, term.replicatedUpTo(30, 20, LAG_MAX_MS, NOBODY));
    assertEquals(30, term.replicatedUpTo(30, 10 + LAG_MAX_MS + 1, LAG_MAX_MS, ALL));
  }

  @Test
  void theLargerIsrHoldsTheWatermarkBackWhileAChangeIsOpen() {
    LeaderTerm term = term(List.of(1, 2), null, 0, 0);
    fetched(term, 2, 30, 30, 10);
    fetched(term, 3, 20, 30, 10);
    assertEquals(30, term.replicatedUpTo(30, 10, LAG_MAX_MS, NOBODY));
    term.isr(term.isr().with(new Joining(3)));
    assertEquals(20, term.replicatedUpTo(30, 10, LAG_MAX_MS, NOBODY));
    assertEquals(List.of(1, 2), term.isr().committed());
    assertEquals(List.of(1, 2, 3), term.isr().proposed());

    LeaderTerm shrinking = term(List.of(1, 2, 3), null, 0, 0);
    fetched(shrinking, 2, 30, 30, 10);
    fetched(shrinking, 3, 20, 30, 10);
    shrinking.isr(shrinking.isr().with(new Leaving(List.of(3))));
    assertEquals(20, shrinking.replicatedUpTo(30, 10, LAG_MAX_MS, NOBODY));
    assertEquals(List.of(1, 2), shrinking.isr().proposed());
  }

  @Test
  void joinsOnceItHasTheWatermarkAndTheEpochsStart() {
    LeaderTerm term = term(List.of(1, 2), null, 100, 0);
    FollowerProgress third = follower(term, 3);
    fetched(term, 3, 99, 120, 10);
    assertFalse(term.belongsIn(third, 90, ALL)); // below the start of the epoch
    fetched(term, 3, 104, 120, 10);
    assertFalse(term.belongsIn(third, 105, ALL)); // below the watermark
    assertTrue(term.belongsIn(third, 104, ALL));
    assertFalse(term.belongsIn(third, 104, NOBODY));
    term.isr(term.isr().with(new Leaving(List.of(2))));
    assertFalse(term.belongsIn(third, 104, ALL)); // one change at a time
    fetched(term, 2, 120, 120, 10);
    assertFalse(term(List.of(1, 2), null, 0, 0).belongsIn(follower(term, 2), 0, ALL));
  }

  @Test
  void laggardsAreThoseNotCaughtUpForTooLong() {
    LeaderTerm term = term(List.of(1, 2, 3), null, 0, 0);
    fetched(term, 2, 50, 50, 100);
    fetched(term, 3, 40, 50, 100);
    assertEquals(List.of(), term.laggards(50, LAG_MAX_MS, LAG_MAX_MS));
    assertEquals(List.of(3), term.laggards(50, LAG_MAX_MS + 1, LAG_MAX_MS));
    assertEquals(List.of(2, 3), term.laggards(60, 100 + LAG_MAX_MS + 1, LAG_MAX_MS));
    term.isr(term.isr().with(new Leaving(List.of(3))));
    assertEquals(List.of(), term.laggards(60, 9_000, LAG_MAX_MS));
    assertThrows(IllegalStateException.class, () -> term.isr().with(new Joining(3)));
  }

  @Test
  void keepsWhatItKnowsOfFollowersInTheNextEpoch() {
    LeaderTerm before = term(List.of(1, 2, 3), null, 0, 0);
    fetched(before, 2, 50, 50, 100);
    fetched(before, 3, 40, 50, 100);
    LeaderTerm next = term(List.of(1, 2), before, 50, 200);
    assertEquals(50, next.startOffset());
    assertEquals(40, follower(next, 3).position().logEndOffset());
    assertEquals(50, next.replicatedUpTo(50, 200, LAG_MAX_MS, ALL));
  }

  @Test
  void lowWatermarkLeavesDeadBrokersOut() {
    LeaderTerm term = term(List.of(1, 2, 3), null, 0, 0);
    assertEquals(-1, term.lowWatermark(7, ALL));
    follower(term, 2).fetched(10, 7, 10, 0, -1);
    follower(term, 3).fetched(10, 5, 10, 0, -1);
    assertEquals(5, term.lowWatermark(7, ALL));
    assertEquals(7, term.lowWatermark(7, broker -> broker != 3));
  }

  @Test
  void membersCarryTheLivesOfTheirBrokers() {
    LeaderTerm term = term(List.of(1, 2), null, 0, 0);
    follower(term, 2).fetched(10, 0, 10, 0, 44);
    assertEquals(
        List.of(new IsrStore.Member(1, 9), new IsrStore.Member(2, 44), new IsrStore.Member(3, -1)),
        term.members(List.of(1, 2, 3), 9));
  }

  private static LeaderTerm term(
      List<Integer> isr, @Nullable LeaderTerm before, long logEnd, long nowMs) {
    return LeaderTerm.begin(
        1,
        new PartitionState(true, 1, 4, 2, 1, isr, List.of(1, 2, 3), List.of(), List.of()),
        before,
        logEnd,
        nowMs);
  }

  private static void fetched(
      LeaderTerm term, int replica, long offset, long leaderEnd, long nowMs) {
    follower(term, replica).fetched(offset, 0, leaderEnd, nowMs, -1);
  }

  private static FollowerProgress follower(LeaderTerm term, int replica) {
    return requireNonNull(term.follower(replica));
  }
}
