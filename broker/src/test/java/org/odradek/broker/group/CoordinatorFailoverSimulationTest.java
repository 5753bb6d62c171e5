package org.odradek.broker.group;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** More seeds by hand: {@code -Dgroup.seeds=100000}, one of them: {@code -Dgroup.seed=42}. */
class CoordinatorFailoverSimulationTest {
  private static final int STEPS = 3_000;

  @Test
  void whatWasAcknowledgedIsThereAfterEveryFailover() {
    Long only = Long.getLong("group.seed");
    long first = only == null ? 0 : only;
    long count = only == null ? Long.getLong("group.seeds", 100) : 1;
    long assignments = 0;
    long failovers = 0;
    long impaired = 0;
    for (long seed = first; seed < first + count; seed++) {
      try {
        CoordinatorFailoverSimulation simulation = new CoordinatorFailoverSimulation(seed);
        simulation.run(STEPS);
        assignments += simulation.assignmentsGiven();
        failovers += simulation.failovers();
        impaired += simulation.hasShownUnreplicated() ? 1 : 0;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    assertTrue(assignments > count * 20, "too little happened: " + assignments + " assignments");
    assertTrue(impaired <= count / 4, "too often without replicas: " + impaired);
    assertTrue(failovers > count * 5, "too little happened: " + failovers + " failovers");
  }
}
