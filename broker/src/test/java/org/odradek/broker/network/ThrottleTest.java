package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The clock is the test's. */
class ThrottleTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ReadGate gate = new ReadGate();
  private final ConnectionThrottle throttle = new ConnectionThrottle(gate);
  private int opened;

  ThrottleTest() {
    channel.freezeTime();
    gate.onOpen(() -> opened++);
  }

  private void pass(long ms) {
    channel.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void itOpensWhenTheLongestTimeIsOver() {
    throttle.hold(channel.eventLoop(), 1_000);
    pass(500);
    throttle.hold(channel.eventLoop(), 200);
    throttle.hold(channel.eventLoop(), 900);
    assertFalse(gate.isOpen());
    pass(899);
    assertFalse(gate.isOpen());
    pass(1);
    assertTrue(gate.isOpen());
    assertEquals(1, opened);
    throttle.hold(channel.eventLoop(), 10);
    pass(10);
    assertEquals(2, opened);
  }

  @Test
  void otherReasonsStay() {
    gate.close(ReadGate.Reason.REQUEST_IN_PROGRESS);
    throttle.hold(channel.eventLoop(), 10);
    pass(10);
    assertFalse(gate.isOpen());
    assertEquals(0, opened);
  }

  @Test
  void nothingIsLeftOfAConnectionThatHasGone() {
    throttle.hold(channel.eventLoop(), 10);
    throttle.end();
    pass(10);
    assertFalse(gate.isOpen());
    assertFalse(channel.hasPendingTasks());
  }
}
