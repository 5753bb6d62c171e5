package org.odradek.broker.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class FollowerProgressTest {
  private static final long LAG_MAX_MS = 1_000;
  private static final long NO_EPOCH = FollowerProgress.UNKNOWN_EPOCH;

  @Test
  void inSyncFollowersHaveTimeToFetchFirst() {
    FollowerProgress inSync = new FollowerProgress(2, true, 5_000);
    assertTrue(inSync.position().caughtUp(10, 6_000, LAG_MAX_MS));
    assertFalse(inSync.position().caughtUp(10, 6_001, LAG_MAX_MS));
    assertFalse(new FollowerProgress(2, false, 5_000).position().caughtUp(10, 5_000, LAG_MAX_MS));
  }

  @Test
  void caughtUpAtTheFetchOfTheLogEnd() {
    FollowerProgress follower = new FollowerProgress(2, false, 0);
    follower.fetched(10, 0, 10, 3_000, NO_EPOCH);
    assertEquals(3_000, follower.position().lastCaughtUpMs());
    // at the end it is caught up however long ago it fetched
    assertTrue(follower.position().caughtUp(10, 90_000, LAG_MAX_MS));
    assertTrue(follower.position().caughtUp(11, 4_000, LAG_MAX_MS));
    assertFalse(follower.position().caughtUp(11, 4_001, LAG_MAX_MS));
  }

  /** Who has what was the end at its last fetch was caught up then, though it never is now. */
  @Test
  void keepingUpBehindAProducer() {
    FollowerProgress follower = new FollowerProgress(2, false, 0);
    follower.fetched(0, 0, 10, 1_000, NO_EPOCH);
    assertEquals(FollowerProgress.NEVER_MS, follower.position().lastCaughtUpMs());
    follower.fetched(10, 0, 20, 1_500, NO_EPOCH);
    assertEquals(1_000, follower.position().lastCaughtUpMs());
    follower.fetched(19, 0, 30, 2_000, NO_EPOCH);
    assertEquals(1_000, follower.position().lastCaughtUpMs());
    follower.fetched(30, 0, 40, 2_500, NO_EPOCH);
    assertEquals(2_000, follower.position().lastCaughtUpMs());
  }

  @Test
  void fetchesOfAnEarlierLifeOfTheBrokerTellNothing() {
    FollowerProgress follower = new FollowerProgress(2, false, 0);
    assertTrue(follower.fetched(10, 0, 20, 1_000, 7));
    assertFalse(follower.fetched(15, 0, 20, 1_100, 6));
    assertEquals(10, follower.position().logEndOffset());
    assertTrue(follower.fetched(12, 0, 20, 1_200, 8));
    assertEquals(8, follower.position().brokerEpoch());
  }

  @Test
  void keepsItsOffsetsWhenTheLeaderGoesOnInANewEpoch() {
    FollowerProgress follower = new FollowerProgress(2, true, 0);
    follower.fetched(10, 3, 20, 1_000, 7);
    follower.leaderEpochBegan(true, 20, 5_000);
    assertEquals(10, follower.position().logEndOffset());
    assertEquals(3, follower.position().logStartOffset());
    assertTrue(follower.position().caughtUp(20, 6_000, LAG_MAX_MS));
    follower.leaderEpochBegan(false, 20, 5_000);
    assertFalse(follower.position().caughtUp(20, 5_000, LAG_MAX_MS));
  }
}
