package org.odradek.broker.group;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** More seeds by hand: {@code -Dgroup.seeds=100000}, one of them: {@code -Dgroup.seed=42}. */
class GroupSimulationTest {
  private static final int STEPS = 1_500;

  @Test
  void groupsStayInOrderWhateverHappens() {
    Long only = Long.getLong("group.seed");
    long first = only == null ? 0 : only;
    long count = only == null ? Long.getLong("group.seeds", 150) : 1;
    long assignments = 0;
    for (long seed = first; seed < first + count; seed++) {
      try {
        GroupSimulation simulation = new GroupSimulation(seed);
        simulation.run(STEPS);
        assignments += simulation.assignmentsGiven();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    assertTrue(assignments > count * 20, "too little happened: " + assignments + " assignments");
  }
}
