package org.odradek.broker.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.metadata.ControlOrder;
import org.odradek.broker.metadata.UpdateMetadataHandler;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionResponse;
import org.odradek.protocol.message.ControlledShutdownResponse;
import org.odradek.protocol.message.ControlledShutdownResponse.RemainingPartition;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataBroker;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataPartitionState;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataTopicState;

class DepartureTest {
  private static final int ME = 1;
  private static final int ATTEMPTS = 3;

  private final Queue<CompletableFuture<ControlledShutdownResponse>> answers = new ArrayDeque<>();
  private int asked;
  private final ClusterMetadata metadata = new ClusterMetadata();

  /** Partition t-0 has replicas on brokers 1 and 2. */
  private void alive(int... brokerIds) {
    UpdateMetadataRequest request =
        new UpdateMetadataRequest()
            .liveBrokers(
                Arrays.stream(brokerIds).mapToObj(id -> new UpdateMetadataBroker().id(id)).toList())
            .topicStates(
                List.of(
                    new UpdateMetadataTopicState()
                        .topicName("t")
                        .partitionStates(
                            List.of(
                                new UpdateMetadataPartitionState()
                                    .leader(ME)
                                    .isr(List.of(ME))
                                    .replicas(List.of(1, 2))))));
    new UpdateMetadataHandler(metadata, new ControlFence(), ControlOrder.inOneThread(metadata))
        .apply(request);
  }

  private boolean depart(long answerMaxMs) throws InterruptedException {
    ControllerChannel channel =
        new ControllerChannel() {
          @Override
          public CompletableFuture<AlterPartitionResponse> alterPartition(
              AlterPartitionRequest request) {
            throw new AssertionError("not asked for");
          }

          @Override
          public CompletableFuture<ControlledShutdownResponse> controlledShutdown() {
            asked++;
            return answers.remove();
          }
        };
    return new Departure(ME, channel, metadata::current, ATTEMPTS, 1, answerMaxMs).run();
  }

  private void answer(ErrorCode code, boolean stillLeads) {
    ControlledShutdownResponse response = new ControlledShutdownResponse().errorCode(code.code());
    if (stillLeads) {
      response.remainingPartitions(
          List.of(new RemainingPartition().topicName("t").partitionIndex(0)));
    }
    answers.add(CompletableFuture.completedFuture(response));
  }

  @Test
  void asksOnceWhenTheLeadersMoveAtOnce() throws InterruptedException {
    alive(1, 2);
    answer(ErrorCode.NONE, false);
    assertTrue(depart(60_000));
    assertEquals(1, asked);
  }

  @Test
  void asksAgainWhileAnotherBrokerMayTakeOver() throws InterruptedException {
    alive(1, 2);
    answer(ErrorCode.NONE, true);
    answer(ErrorCode.UNKNOWN_SERVER_ERROR, false);
    answer(ErrorCode.NONE, false);
    assertTrue(depart(60_000));
    assertEquals(3, asked);
  }

  @Test
  void givesUpAfterTheConfiguredAttempts() throws InterruptedException {
    alive(1, 2);
    for (int i = 0; i < ATTEMPTS; i++) {
      answer(ErrorCode.NONE, true);
    }
    assertFalse(depart(60_000));
    assertEquals(ATTEMPTS, asked);
  }

  @Test
  void doesNotWaitForReplicasThatAreNotAlive() throws InterruptedException {
    alive(1, 3);
    answer(ErrorCode.NONE, true);
    assertFalse(depart(60_000));
    assertEquals(1, asked);
  }

  @Test
  void theLastBrokerAsksNobody() throws InterruptedException {
    alive(1);
    assertTrue(depart(60_000));
    assertEquals(0, asked);
  }

  @Test
  void withoutAnAnswerItGoesAndStopsAsking() throws InterruptedException {
    alive(1, 2);
    CompletableFuture<ControlledShutdownResponse> never = new CompletableFuture<>();
    answers.add(never);
    assertFalse(depart(1));
    assertTrue(never.isCancelled());
  }
}
