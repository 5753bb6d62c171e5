package org.odradek.benchmarks.accounting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ThreadAllocationsTest {
  @Test
  void threadsAreSummedInTheirUnits() {
    String dump =
        """
        "main" #1 prio=5 cpu=3245.61ms elapsed=518.55s allocated=356M defined_classes=3773 tid=0x1 nid=1 in Object.wait()
           java.lang.Thread.State: WAITING
        "Finalizer" #3 daemon prio=8 cpu=0.26ms elapsed=516.18s allocated=12K defined_classes=0 tid=0x2 nid=2 runnable
        "Signal Dispatcher" #4 daemon prio=9 cpu=0.27ms elapsed=516.17s allocated=480B defined_classes=0 tid=0x3 nid=3 runnable
        "GC Thread#0" os_prio=0 cpu=10.00ms elapsed=516.17s tid=0x4 nid=4 runnable
        """;
    assertEquals(356.0 * 1024 * 1024 + 12 * 1024 + 480, ThreadAllocations.sum(dump));
  }

  @Test
  void aDumpThatSaysNothingOfItIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> ThreadAllocations.sum("no such process"));
  }
}
