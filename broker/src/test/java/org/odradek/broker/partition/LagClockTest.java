package org.odradek.broker.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class LagClockTest {
  private static final long TICK_MS = 500;
  private long sourceMs = 10_000;
  private final LagClock clock = new LagClock(() -> sourceMs, TICK_MS);

  @Test
  void runsWithItsSource() {
    for (int tick = 0; tick < 10; tick++) {
      sourceMs += TICK_MS + tick;
      assertEquals(sourceMs, clock.getAsLong());
      assertEquals(0, clock.tick());
      assertEquals(sourceMs, clock.getAsLong());
    }
  }

  /** Before the first tick after a pause, too: fetches and checks may be quicker than it. */
  @Test
  void standsStillWhileTheProcessDoes() {
    long before = clock.getAsLong();
    sourceMs += 60_000;
    assertEquals(before + 2 * TICK_MS, clock.getAsLong());
    assertEquals(60_000 - 2 * TICK_MS, clock.tick());
    assertEquals(before + 2 * TICK_MS, clock.getAsLong());
    sourceMs += 300;
    assertEquals(before + 2 * TICK_MS + 300, clock.getAsLong());
    assertEquals(0, clock.tick());
  }
}
