package org.odradek.benchmarks.accounting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcFilesTest {
  private static final String STAT =
      "4711 (%s) S 1 4711 4711 0 -1 4194304 21 22 0 0 150 30 7 5 20 0 38 0 91 2861248512 25413";

  @Test
  void timesAreOwnAndThoseOfEndedChildren() {
    assertEquals(new ProcFiles.Stat("java", 180, 12), ProcFiles.stat(STAT.formatted("java")));
  }

  @Test
  void aNameMayHaveBlanksAndBrackets() {
    assertEquals(
        new ProcFiles.Stat("C2 CompilerThre", 180, 12),
        ProcFiles.stat(STAT.formatted("C2 CompilerThre")));
    assertEquals(
        new ProcFiles.Stat("a) S 1 (b", 180, 12), ProcFiles.stat(STAT.formatted("a) S 1 (b")));
  }

  @Test
  void whatIsCutOffIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> ProcFiles.stat("4711 (java) S 1 2 3"));
    assertThrows(IllegalArgumentException.class, () -> ProcFiles.stat(""));
  }

  @Test
  void theMachineWorksWhenItIsNeitherIdleNorWaits() {
    assertEquals(
        100 + 20 + 30 + 7 + 8,
        ProcFiles.machineTicks(
            "cpu  100 20 30 4000 5000 7 8 900 60 0\ncpu0 50 10 15 1 1 1 1 1 1 1\n"));
    assertThrows(
        IllegalArgumentException.class, () -> ProcFiles.machineTicks("cpu0 1 2 3 4 5 6 7"));
  }

  @Test
  void numbersOfIoAndOfStatus() {
    assertEquals(
        Map.of("rchar", 323934931L, "write_bytes", 4096L),
        ProcFiles.numbers("rchar: 323934931\nwrite_bytes: 4096\n"));
    assertEquals(
        Map.of("VmHWM", 91160L, "Threads", 38L),
        ProcFiles.numbers(
            "Name:\tjava\n"
                + "VmHWM:\t   91160 kB\n"
                + "Threads:\t38\n"
                + "Cpus_allowed:\t3f,ff\n"
                + "SigQ:\t0/94211\n"));
  }
}
