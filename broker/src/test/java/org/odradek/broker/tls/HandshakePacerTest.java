package org.odradek.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HandshakePacerTest {
  private record Later(Runnable task, long delayNanos) {}

  private final Deque<Later> later = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private long nanos;
  private final HandshakePacer pacer =
      new HandshakePacer(() -> nanos, (task, delay) -> later.add(new Later(task, delay)));

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
      pacer.submit(step("a", 1));
      nanos += TimeUnit.MILLISECONDS.toNanos(20);
    }
    assertEquals(100, done.size());
    assertEquals(0, later.size());
  }

  @Test
  void aBurstTakesHalfOfTheTimeAndTheNewestGoFirst() {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      pacer.submit(step(name, 3));
    }
    assertEquals(List.of("a", "b"), done);
    assertEquals(3, pacer.waiting());
    assertEquals(6, rest());
    assertEquals(List.of("a", "b", "e", "d"), done);
    assertEquals(6, rest());
    assertEquals(List.of("a", "b", "e", "d", "c"), done);
    assertEquals(0, later.size());
  }

  @Test
  void aStepThatFailsKeepsNoOtherFromItsTurn() {
    pacer.submit(step("a", 6));
    pacer.submit(step("b", 1));
    pacer.submit(() -> {
      throw new IllegalStateException("one that was meant to fail");
    });
    pacer.submit(step("c", 1));
    rest();
    assertEquals(List.of("a", "c", "b"), done);
    assertEquals(0, pacer.waiting());
  }

  @Test
  void restsAsLongAsAStepTookButNotForEver() {
    pacer.submit(step("x", 4));
    pacer.submit(step("y", 3));
    assertEquals(7, rest());
    done.clear();
    pacer.submit(step("a", 5_000));
    pacer.submit(step("b", 1));
    assertEquals(List.of("a"), done);
    assertEquals(5, rest(), "it stood still meanwhile");
    assertEquals(List.of("a", "b"), done);
  }
}
