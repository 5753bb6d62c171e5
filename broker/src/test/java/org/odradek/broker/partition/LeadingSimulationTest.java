package org.odradek.broker.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.LogException;

/**
 * Random appends, fetches, silences, ISR decisions and epochs of one leader with two followers, in
 * one thread from a seed. After each step the invariants are checked, by what the followers are
 * known to have.
 */
final class LeadingSimulationTest {
  private static final int SEEDS = Integer.getInteger("leading.seeds", 60);
  private static final int STEPS = 250;
  private static final int LEADER = TestBroker.ID;
  private static final List<Integer> FOLLOWERS = List.of(TestBroker.OTHER, 3);
  private static final List<Integer> REPLICAS = List.of(LEADER, TestBroker.OTHER, 3);

  @TempDir Path directory;

  @Test
  void invariantsHold() {
    int firstSeed = Integer.getInteger("leading.seed", 1);
    for (int seed = firstSeed; seed < firstSeed + SEEDS; seed++) {
      try (TestBroker broker = new TestBroker(directory.resolve("seed" + seed))) {
        new Run(broker, seed).steps();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("with -Dleading.seed=" + seed + " -Dleading.seeds=1: " + e, e);
      }
    }
  }

  private static final class Run {
    private final TestBroker broker;
    private final Random random;
    private final int minInsync;
    private final Map<Integer, Long> has = new LinkedHashMap<>();
    private final Map<CompletableFuture<@Nullable Void>, Long> open = new LinkedHashMap<>();
    private Partition partition;
    private int leaderEpoch = 1;
    private int partitionEpoch;

    /** What the controller has agreed to; the truth, of which the leader may not know yet. */
    private List<Integer> agreedIsr = REPLICAS;

    private long highWatermark;
    private long acknowledged;

    Run(TestBroker broker, int seed) {
      this.broker = broker;
      this.random = new Random(seed);
      this.minInsync = 1 + random.nextInt(2);
      broker.configure("t", Map.of("min.insync.replicas", String.valueOf(minInsync)));
      broker.announce("t", 0, LEADER, leaderEpoch, REPLICAS);
      this.partition = broker.lead("t", 0, leaderEpoch, agreedIsr, REPLICAS);
      FOLLOWERS.forEach(follower -> has.put(follower, 0L));
    }

    void steps() {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> append();
          case 3, 4, 5, 6 -> fetch(FOLLOWERS.get(random.nextInt(FOLLOWERS.size())));
          case 7 -> broker.timer.advance(random.nextInt((int) TestBroker.LAG_MAX_MS));
          case 8 -> partition.shrinkIsr();
          case 9, 10 -> decide();
          default -> {
            if (random.nextInt(8) == 0) {
              nextEpoch();
            }
          }
        }
        check();
      }
    }

    private void append() {
      boolean allInSync = random.nextBoolean();
      try {
        long end =
            partition.append(broker.batch("x"), AppendOrigin.CLIENT, allInSync).lastOffset() + 1;
        if (allInSync) {
          open.put(partition.replicated(end), end);
        }
      } catch (LogException e) {
        assertTrue(partition.state().isr().size() < minInsync, e.getMessage());
      }
    }

    /** It gets some of what there is, and tells so by its next fetch. */
    private void fetch(int follower) {
      long offset = has.getOrDefault(follower, 0L);
      long end = partition.log().logEndOffset();
      partition.followerFetched(follower, -1, offset, 0, end);
      if (end > offset) {
        has.put(follower, offset + 1 + random.nextLong(end - offset));
      }
    }

    private void decide() {
      if (broker.isrStore.open() == 0) {
        return;
      }
      IsrStore.Proposal proposal = broker.isrStore.next();
      if (proposal.leaderEpoch() != leaderEpoch || proposal.partitionEpoch() != partitionEpoch) {
        broker.isrStore.answer(new IsrStore.Fenced("old"));
      } else if (random.nextInt(3) == 0) {
        broker.isrStore.answer(new IsrStore.NotAttempted("busy"));
      } else {
        agreedIsr = proposal.newIsrIds();
        partitionEpoch++;
        broker.isrStore.answer(
            new IsrStore.Accepted(LEADER, leaderEpoch, partitionEpoch, agreedIsr));
      }
    }

    /** The controller takes a follower out, or nobody, and the leader goes on. */
    private void nextEpoch() {
      List<Integer> isr = new ArrayList<>(agreedIsr);
      if (random.nextBoolean()) {
        isr.remove(Integer.valueOf(FOLLOWERS.get(random.nextInt(FOLLOWERS.size()))));
      }
      agreedIsr = isr;
      leaderEpoch++;
      partitionEpoch = 0; // as the requests of the test's controller have it
      broker.lead("t", 0, leaderEpoch, agreedIsr, REPLICAS);
    }

    private void check() {
      long now = partition.log().highWatermark();
      assertTrue(now >= highWatermark, "watermark went back from " + highWatermark + " to " + now);
      highWatermark = now;
      assertTrue(now <= partition.log().logEndOffset(), "watermark above the log end");
      for (int member : new TreeSet<>(agreedIsr)) {
        if (member != LEADER) {
          assertTrue(
              now <= has.getOrDefault(member, 0L),
              "watermark "
                  + now
                  + " above what "
                  + member
                  + " of ISR "
                  + agreedIsr
                  + " has: "
                  + has);
        }
      }
      open.entrySet()
          .removeIf(append -> {
            boolean done = append.getKey().isDone();
            if (done && !append.getKey().isCompletedExceptionally()) {
              acknowledged = Math.max(acknowledged, append.getValue());
            }
            return done;
          });
      assertTrue(acknowledged <= now, "acknowledged " + acknowledged + ", watermark " + now);
      assertEquals(leaderEpoch, partition.state().leaderEpoch());
    }
  }
}
