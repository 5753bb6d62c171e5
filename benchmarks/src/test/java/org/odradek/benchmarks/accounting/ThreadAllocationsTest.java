package org.odradek.benchmarks.accounting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadAllocationsTest {
  @Test
  void threadsAreReadInTheirUnits() {
    String dump =
        """
        "main" #1 prio=5 cpu=3245.61ms elapsed=518.55s allocated=356M defined_classes=3773 tid=0x1a nid=1 in Object.wait()
           java.lang.Thread.State: WAITING
        "Finalizer" #3 daemon prio=8 cpu=0.26ms elapsed=516.18s allocated=12K defined_classes=0 tid=0x2b nid=2 runnable
        "Signal Dispatcher" #4 [9] daemon prio=9 cpu=0.27ms elapsed=516.17s allocated=480B defined_classes=0 tid=0x3c nid=3 runnable
        "GC Thread#0" os_prio=0 cpu=10.00ms elapsed=516.17s tid=0x4d nid=4 runnable
        """;
    assertEquals(
        Map.of("7 0x1a", 356.0 * 1024 * 1024, "7 0x2b", 12 * 1024.0, "7 0x3c", 480.0),
        ThreadAllocations.parse("7", dump).byThread());
  }

  @Test
  void aThreadThatEndedTakesNothingAwayAndANewOneCountsFromItsStart() {
    var before = new ThreadAllocations(Map.of("lives", 100.0, "ends", 1_000.0, "replaced", 50.0));
    var after = new ThreadAllocations(Map.of("lives", 130.0, "new", 7.0, "replaced", 20.0));
    assertEquals(57, after.since(before));
  }

  @Test
  void processesDoNotMix() {
    String dump = "\"main\" allocated=5B defined_classes=1 tid=0x1 nid=1 runnable";
    ThreadAllocations both =
        ThreadAllocations.parse("7", dump).and(ThreadAllocations.parse("8", dump));
    assertEquals(10, both.since(new ThreadAllocations(Map.of())));
  }

  @Test
  void aDumpThatSaysNothingOfItIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> ThreadAllocations.parse("7", "no such process"));
  }
}
