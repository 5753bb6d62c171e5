package org.odradek.broker.reassignment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.HandlerCall;
import org.odradek.controller.ReassignmentOutcome;
import org.odradek.controller.RunningReassignment;
import org.odradek.controller.topic.TopicException;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.AlterPartitionReassignmentsRequest;
import org.odradek.protocol.message.AlterPartitionReassignmentsRequest.ReassignablePartition;
import org.odradek.protocol.message.AlterPartitionReassignmentsRequest.ReassignableTopic;
import org.odradek.protocol.message.AlterPartitionReassignmentsResponse;
import org.odradek.protocol.message.ListPartitionReassignmentsRequest;
import org.odradek.protocol.message.ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics;
import org.odradek.protocol.message.ListPartitionReassignmentsResponse;

/** The requests, with a controller that only says what it is told to. */
class ReassignmentHandlersTest {
  private static final RunningReassignment MOVE =
      new RunningReassignment(
          new TopicPartition("t", 1),
          new ReplicaAssignment(List.of(1, 2, 0), List.of(2), List.of(0)),
          0);

  @Test
  void targetsAndCancellationsReachTheController() {
    Map<TopicPartition, Optional<List<Integer>>> asked = new LinkedHashMap<>();
    boolean[] mayChange = new boolean[1];
    AlterPartitionReassignmentsHandler handler =
        new AlterPartitionReassignmentsHandler((targets, mayChangeFactor) -> {
          asked.putAll(targets);
          mayChange[0] = mayChangeFactor;
          return CompletableFuture.completedFuture(
              Map.of(
                  new TopicPartition("t", 0),
                  new ReassignmentOutcome(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, "none")));
        });
    AlterPartitionReassignmentsResponse response =
        HandlerCall.ask(handler, 1, request().allowReplicationFactorChange(false)).join();
    assertEquals(
        Map.of(
            new TopicPartition("t", 0),
            Optional.empty(),
            new TopicPartition("t", 1),
            Optional.of(List.of(1, 2))),
        asked);
    assertEquals(false, mayChange[0]);
    assertEquals(false, response.allowReplicationFactorChange());
    assertEquals(ErrorCode.NONE.code(), response.errorCode());
    var answered = response.responses().getFirst().partitions().getFirst();
    assertEquals(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS.code(), answered.errorCode());
    assertEquals("none", answered.errorMessage());
  }

  @Test
  void elsewhereThanOnTheControllerItIsToldForEachPartition() {
    TopicException notController = new TopicException(ErrorCode.NOT_CONTROLLER, "not here");
    AlterPartitionReassignmentsHandler alter =
        new AlterPartitionReassignmentsHandler(
            (targets, mayChangeFactor) -> CompletableFuture.failedFuture(notController));
    AlterPartitionReassignmentsResponse response = HandlerCall.ask(alter, 0, request()).join();
    assertEquals(ErrorCode.NOT_CONTROLLER.code(), response.errorCode());
    assertEquals(
        List.of(ErrorCode.NOT_CONTROLLER.code(), ErrorCode.NOT_CONTROLLER.code()),
        response.responses().getFirst().partitions().stream()
            .map(partition -> partition.errorCode())
            .toList());
    ListPartitionReassignmentsHandler list =
        new ListPartitionReassignmentsHandler(() -> CompletableFuture.failedFuture(notController));
    assertEquals(
        ErrorCode.NOT_CONTROLLER.code(),
        HandlerCall.ask(list, 0, new ListPartitionReassignmentsRequest()).join().errorCode());
  }

  @Test
  void listsAllOrThoseAskedFor() {
    ListPartitionReassignmentsHandler handler =
        new ListPartitionReassignmentsHandler(
            () -> CompletableFuture.completedFuture(List.of(MOVE)));
    ListPartitionReassignmentsResponse all =
        HandlerCall.ask(handler, 0, new ListPartitionReassignmentsRequest()).join();
    var listed = all.topics().getFirst().partitions().getFirst();
    assertEquals("t", all.topics().getFirst().name());
    assertEquals(1, listed.partitionIndex());
    assertEquals(List.of(1, 2, 0), listed.replicas());
    assertEquals(List.of(2), listed.addingReplicas());
    assertEquals(List.of(0), listed.removingReplicas());
    assertEquals(1, ask(handler, 1).topics().size());
    assertTrue(ask(handler, 0).topics().isEmpty());
  }

  private static ListPartitionReassignmentsResponse ask(
      ListPartitionReassignmentsHandler handler, int partition) {
    return HandlerCall.ask(
            handler,
            0,
            new ListPartitionReassignmentsRequest()
                .topics(
                    List.of(
                        new ListPartitionReassignmentsTopics()
                            .name("t")
                            .partitionIndexes(List.of(partition)))))
        .join();
  }

  private static AlterPartitionReassignmentsRequest request() {
    return new AlterPartitionReassignmentsRequest()
        .topics(
            List.of(
                new ReassignableTopic()
                    .name("t")
                    .partitions(
                        List.of(
                            new ReassignablePartition().partitionIndex(0),
                            new ReassignablePartition()
                                .partitionIndex(1)
                                .replicas(List.of(1, 2))))));
  }
}
