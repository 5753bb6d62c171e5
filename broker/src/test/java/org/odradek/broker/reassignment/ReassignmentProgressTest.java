package org.odradek.broker.reassignment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.odradek.controller.RunningReassignment;
import org.odradek.controller.topic.TopicException;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;

class ReassignmentProgressTest {
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);
  private static final RunningReassignment MOVE =
      new RunningReassignment(
          PARTITION, new ReplicaAssignment(List.of(1, 2, 0), List.of(2), List.of(0)), 1);

  private List<RunningReassignment> running = List.of();
  private final Map<Integer, Map<TopicPartition, Long>> sizes = new HashMap<>();
  private final AtomicInteger idle = new AtomicInteger();
  private long nowMs;
  private boolean isController = true;

  private final ReassignmentProgress progress =
      new ReassignmentProgress(
          () ->
              isController
                  ? CompletableFuture.completedFuture(running)
                  : CompletableFuture.failedFuture(
                      new TopicException(ErrorCode.NOT_CONTROLLER, "elsewhere")),
          (broker, partitions) -> {
            Map<TopicPartition, Long> there = sizes.get(broker);
            return there == null
                ? CompletableFuture.failedFuture(new IOException("down"))
                : CompletableFuture.completedFuture(there);
          },
          replica -> true,
          idle::incrementAndGet,
          () -> nowMs,
          Runnable::run);

  @Test
  void comparesTheNewReplicaWithTheLeader() {
    progress.poll().join();
    assertEquals(0, progress.partitionsLeft());
    running = List.of(MOVE);
    sizes.put(1, Map.of(PARTITION, 1_000L));
    sizes.put(2, Map.of()); // not made yet
    progress.poll().join();
    assertEquals(1, progress.partitionsLeft());
    assertEquals(1_000, progress.bytesLeft());
    assertEquals(ReassignmentProgress.UNKNOWN, progress.secondsLeft());
    sizes.put(2, Map.of(PARTITION, 500L));
    nowMs += 5_000;
    progress.poll().join();
    assertEquals(500, progress.bytesLeft());
    assertEquals(100, progress.bytesPerSecond());
    assertEquals(5, progress.secondsLeft());
    sizes.remove(2); // the target broker went
    nowMs += 5_000;
    progress.poll().join();
    assertEquals(500, progress.bytesLeft());
    assertEquals(0, idle.get());
    running = List.of();
    progress.poll().join();
    assertEquals(0, progress.partitionsLeft());
    assertEquals(0, progress.bytesLeft());
    assertEquals(0, progress.secondsLeft());
    assertEquals(1, idle.get());
  }

  @Test
  void forgetsItWhenAnotherBrokerIsTheController() {
    running = List.of(MOVE);
    sizes.put(1, Map.of(PARTITION, 1_000L));
    sizes.put(2, Map.of());
    progress.poll().join();
    isController = false;
    progress.poll().join();
    assertEquals(0, progress.partitionsLeft());
    assertEquals(1, idle.get());
    progress.poll().join();
    assertEquals(1, idle.get());
  }

  @Test
  void asksOnceAtATime() {
    running = List.of(MOVE);
    CompletableFuture<Map<TopicPartition, Long>> slow = new CompletableFuture<>();
    AtomicInteger asked = new AtomicInteger();
    ReassignmentProgress slowly =
        new ReassignmentProgress(
            () -> CompletableFuture.completedFuture(running),
            (broker, partitions) -> {
              asked.incrementAndGet();
              return slow;
            },
            replica -> true,
            () -> {},
            () -> nowMs,
            Runnable::run);
    CompletableFuture<Void> first = slowly.poll();
    slowly.poll().join();
    assertEquals(2, asked.get()); // leader and new replica
    assertFalse(first.isDone());
    slow.complete(Map.of());
    first.join();
    assertTrue(first.isDone());
    slowly.poll();
    assertEquals(4, asked.get());
  }
}
