package org.odradek.broker.reassignment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.odradek.broker.reassignment.ReassignmentEstimate.Replica;
import org.odradek.broker.reassignment.ReassignmentEstimate.Size;
import org.odradek.broker.reassignment.ReassignmentEstimate.View;
import org.odradek.protocol.TopicPartition;

class ReassignmentEstimateTest {
  private static final Replica FIRST = new Replica(new TopicPartition("t", 0), 2);
  private static final Replica SECOND = new Replica(new TopicPartition("t", 1), 3);
  private static final long MB = 1_000_000;

  private final ReassignmentEstimate estimate = new ReassignmentEstimate();
  private long nowMs = 1_000;

  private View see(Map<Replica, Size> sizes) {
    return see(sizes.keySet(), sizes);
  }

  private View see(Set<Replica> running, Map<Replica, Size> sizes) {
    View view = estimate.observe(nowMs, running, sizes, replica -> !replica.equals(SECOND));
    nowMs += 5_000;
    return view;
  }

  @Test
  void atASteadyRateTheTimeLeftIsRight() {
    View view = see(Map.of(FIRST, new Size(0, 1_000 * MB)));
    assertEquals(1_000L * MB, view.bytesLeft());
    assertEquals(0, view.bytesPerSecond());
    assertEquals(OptionalLong.empty(), view.secondsLeft());
    for (int i = 1; i <= 10; i++) {
      view = see(Map.of(FIRST, new Size(50L * i * MB, 1_000 * MB)));
      assertEquals(10L * MB, view.bytesPerSecond());
      assertEquals(OptionalLong.of(100 - 5 * i), view.secondsLeft());
    }
    assertEquals(500L * MB, view.bytesCopied());
    assertEquals(50_000, view.elapsedMs());
  }

  @Test
  void theGrowthOfLeadersIsTakenIntoAccount() {
    View view = see(Map.of(FIRST, new Size(0, 400 * MB)));
    for (int i = 1; i <= 6; i++) { // 10 MB/s copied, 5 MB/s come in
      view = see(Map.of(FIRST, new Size(50L * i * MB, (400 + 25L * i) * MB)));
    }
    assertEquals(250L * MB, view.bytesLeft());
    assertEquals(OptionalLong.of(50), view.secondsLeft());
    for (int i = 1; i <= 60; i++) { // as much comes in as is copied
      view = see(Map.of(FIRST, new Size((300 + 50L * i) * MB, (550 + 50L * i) * MB)));
    }
    // Nothing is gained any more, whatever is left of the memory of better times.
    assertTrue(view.secondsLeft().orElse(Long.MAX_VALUE) > 100_000, view::toString);
  }

  @Test
  void aRaisedThrottleShowsWithinAMinute() {
    see(Map.of(FIRST, new Size(0, 10_000 * MB)));
    long copied = 0;
    for (int i = 0; i < 12; i++) {
      copied += 5 * MB;
      see(Map.of(FIRST, new Size(copied, 10_000L * MB)));
    }
    for (int i = 0; i < 11; i++) {
      copied += 500L * MB;
      see(Map.of(FIRST, new Size(copied, 10_000L * MB)));
    }
    View view = see(Map.of(FIRST, new Size(copied + 500L * MB, 10_000L * MB)));
    assertTrue(view.bytesPerSecond() > 80L * MB, view::toString);
  }

  @Test
  void whatIsDoneCountsAndWhatIsGivenUpDoesNot() {
    see(Map.of(FIRST, new Size(0, 100 * MB), SECOND, new Size(0, 100 * MB)));
    View view = see(Map.of(SECOND, new Size(10 * MB, 100 * MB)));
    assertEquals(110L * MB, view.bytesCopied());
    assertEquals(90L * MB, view.bytesLeft());
    assertEquals(1, view.replicas());
    view = see(Map.of()); // SECOND was cancelled
    assertEquals(110L * MB, view.bytesCopied());
    assertEquals(OptionalLong.of(0), view.secondsLeft());
  }

  @Test
  void aBrokerThatDoesNotAnswerKeepsItsLastSize() {
    Map<Replica, Size> both = new HashMap<>();
    both.put(FIRST, new Size(0, 100 * MB));
    View view = see(Set.of(FIRST, SECOND), both);
    assertEquals(1, view.unknown());
    assertEquals(100L * MB, view.bytesLeft());
    view = see(Set.of(FIRST, SECOND), Map.of(SECOND, new Size(0, 50 * MB)));
    assertEquals(0, view.unknown());
    assertEquals(150L * MB, view.bytesLeft());
    assertEquals(0, view.bytesCopied());
    assertEquals(OptionalLong.empty(), view.secondsLeft());
  }

  @Test
  void isSaidAsPeopleReadIt() {
    View view = new View(2, 0, 3_200L * MB, 800L * MB, 50L * MB, OptionalLong.of(64), 16_000);
    assertEquals(
        "12 of 40 partitions and 3.2 GB left, 20 % copied, 50 MB/s, about 1 min 4 s to go",
        ProgressText.line(12, 40, view));
    assertEquals(
        "40 partitions, 800 MB copied in 16 s, 50 MB/s",
        ProgressText.end(40, new View(0, 0, 0, 800L * MB, 0, OptionalLong.of(0), 16_000)));
    assertEquals(
        "1 of 1 partitions and at least 999 B left, 0 % copied, 0 B/s, no end in sight: nothing is"
            + " copied",
        ProgressText.line(1, 1, new View(1, 1, 999, 0, 0, OptionalLong.empty(), 5_000)));
    assertEquals("2 h 5 min", ProgressText.duration(7_530));
  }
}
