package org.odradek.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HandshakePacerTest {
  private record Later(Runnable task, long delayNanos) {}

  private final Deque<Later> later = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private long nanos;
  private boolean isHeldUp;
  private final HandshakePacer pacer =
      new HandshakePacer(
          () -> nanos, (task, delay) -> later.add(new Later(task, delay)), () -> isHeldUp);

  private HandshakeTurns.@Nullable Turn submit(Runnable step) {
    return pacer.submit("somewhere", false, step);
  }

  private Runnable step(String name, long ms) {
    return () -> {
      nanos += TimeUnit.MILLISECONDS.toNanos(ms);
      done.add(name);
    };
  }

  private long rest() {
    Later next = later.remove();
    nanos += next.delayNanos();
    next.task().run();
    return TimeUnit.NANOSECONDS.toMillis(next.delayNanos());
  }

  @Test
  void nothingWaitsInCalmTimes() {
    for (int i = 0; i < 100; i++) {
      submit(step("a", 1));
      nanos += TimeUnit.MILLISECONDS.toNanos(20);
    }
    assertEquals(100, done.size());
    assertEquals(0, later.size());
  }

  @Test
  void aBurstTakesHalfOfTheTime() {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      submit(step(name, 3));
    }
    assertEquals(List.of("a", "b"), done);
    assertEquals(3, pacer.waiting());
    assertEquals(6, rest());
    assertEquals(List.of("a", "b", "e", "c"), done);
    assertEquals(6, rest());
    assertEquals(List.of("a", "b", "e", "c", "d"), done);
    assertEquals(0, later.size());
  }

  @Test
  void aStepThatFailsKeepsNoOtherFromItsTurn() {
    submit(step("a", 6));
    submit(step("b", 1));
    submit(() -> {
      throw new IllegalStateException("one that was meant to fail");
    });
    submit(step("c", 1));
    rest();
    assertEquals(List.of("a", "c", "b"), done);
    assertEquals(0, pacer.waiting());
  }

  @Test
  void restsAsLongAsAStepTookButNotForEver() {
    submit(step("x", 4));
    submit(step("y", 3));
    assertEquals(7, rest());
    done.clear();
    submit(step("a", 5_000));
    submit(step("b", 1));
    assertEquals(List.of("a"), done);
    assertEquals(5, rest(), "it stood still meanwhile");
    assertEquals(List.of("a", "b"), done);
  }

  @Test
  void whoComesFromElsewhereDoesNotWaitForACrowd() {
    for (int i = 0; i < 100; i++) {
      pacer.submit("crowd", false, step("crowd", 1));
    }
    assertEquals(5, done.size());
    pacer.submit("elsewhere", false, step("begins", 1));
    pacer.submit("elsewhere", true, step("goes on", 1));
    rest();
    assertTrue(done.containsAll(List.of("begins", "goes on")), done.toString());
    assertEquals(10, done.size());
  }

  @Test
  void whoIsGoneIsNotWaitedFor() {
    submit(step("a", 6));
    HandshakeTurns.Turn gone = submit(step("b", 6));
    submit(step("c", 1));
    assertNotNull(gone);
    pacer.withdraw(gone);
    assertEquals(1, pacer.waiting());
    rest();
    assertEquals(List.of("a", "c"), done);
  }

  @Test
  void nothingIsBegunWhileOthersHaveTooMuchToDo() {
    isHeldUp = true;
    submit(step("a", 1));
    submit(step("b", 1));
    assertEquals(5, rest());
    assertEquals(List.of(), done);
    assertEquals(2, pacer.waiting());
    isHeldUp = false;
    submit(step("c", 1));
    assertEquals(5, rest());
    assertEquals(List.of("c", "a", "b"), done);
    assertEquals(0, later.size());
  }
}
