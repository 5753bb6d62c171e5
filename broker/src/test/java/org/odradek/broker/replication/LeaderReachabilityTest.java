package org.odradek.broker.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.odradek.protocol.ErrorCode;

final class LeaderReachabilityTest {
  private final LeaderReachability leader = new LeaderReachability("fetcher", 1_000);

  @Test
  void pausesGrowToTheLongestAndEndWithAnAnswer() {
    leader.failed(null, 1, 0);
    assertEquals(25, leader.retryAtMs());
    leader.failed(null, 1, 100);
    assertEquals(150, leader.retryAtMs());
    for (int i = 0; i < 10; i++) {
      leader.failed(null, 1, 5_000);
    }
    assertEquals(6_000, leader.retryAtMs());
    leader.reached();
    leader.failed(null, 1, 7_000);
    assertEquals(7_025, leader.retryAtMs());
  }

  @Test
  void aForgottenSessionIsBegunAnewAtOnceButOnlyOnce() {
    leader.refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND, 10);
    assertTrue(leader.retryAtMs() <= 10);
    leader.refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND, 20);
    assertEquals(1_020, leader.retryAtMs());
  }

  @Test
  void anyOtherRefusalIsWaitedFor() {
    leader.refused(ErrorCode.UNKNOWN_SERVER_ERROR, 10);
    assertEquals(1_010, leader.retryAtMs());
    leader.retryNow();
    assertTrue(leader.retryAtMs() <= 10);
  }
}
