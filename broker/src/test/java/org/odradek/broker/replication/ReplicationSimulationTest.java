package org.odradek.broker.replication;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random histories, each from its seed. More of them: {@code -Dreplication.seeds=1000}, from {@code
 * -Dreplication.seed=1} on.
 */
final class ReplicationSimulationTest {
  private static final int STEPS = 300;
  private static final int SEEDS = Integer.getInteger("replication.seeds", 1);
  private static final long FIRST_SEED = Long.getLong("replication.seed", 1);
  private static final ScheduledExecutorService SCHEDULER =
      Executors.newSingleThreadScheduledExecutor();
  private static final ExecutorService BACKGROUND = Executors.newFixedThreadPool(2);

  @AfterAll
  static void stop() {
    SCHEDULER.shutdownNow();
    BACKGROUND.shutdownNow();
  }

  /**
   * Versions of Fetch: with OffsetForLeaderEpoch, truncating on fetch, by topic ids, the newest.
   */
  @ParameterizedTest
  @CsvSource({"11,false", "12,false", "13,false", "17,false", "11,true", "17,true"})
  void replicasComeTogether(short fetchVersion, boolean unclean, @TempDir Path directory) {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      ReplicationSimulation simulation =
          new ReplicationSimulation(
              seed,
              fetchVersion,
              unclean,
              directory.resolve("seed-" + seed),
              SCHEDULER,
              BACKGROUND);
      try {
        simulation.play(STEPS);
        assertTrue(simulation.acknowledged() > 0, "nothing was acknowledged");
      } catch (Throwable e) {
        throw new AssertionError(
            "seed " + seed + ", Fetch " + fetchVersion + (unclean ? ", unclean" : ""), e);
      } finally {
        simulation.close();
      }
    }
  }
}
