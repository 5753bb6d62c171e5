package org.odradek.broker.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ClientUsageTest {

  @Test
  void aLimitOfZeroHoldsBackForOneWindowAndNotForEver() {
    ClientUsage usage = new ClientUsage(11, 1_000, 0);
    assertEquals(0, usage.record(0, 0, 0));
    assertEquals(11_000, usage.record(1, 0, 0));
    assertEquals(0, usage.record(0, 0, 11_000));
    assertEquals(11_000, usage.record(1, 0, 11_000));
  }
}
