package org.odradek.controller;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.LeaderAndIsrResponse;
import org.odradek.protocol.message.StopReplicaRequest;
import org.odradek.protocol.message.StopReplicaResponse;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataResponse;

/** Brokers that do what the controller says, and remember it. Thread-safe. */
final class FakeBrokers implements ControlRequestSender {

  record Received(int brokerId, ApiKey apiKey, short version, Message request) {}

  private final List<Received> received = new ArrayList<>();
  private final Map<Integer, Map<TopicPartition, Integer>> leadersByBroker = new HashMap<>();
  private final Map<TopicPartition, List<Integer>> lastIsr = new HashMap<>();
  private final Map<Integer, List<TopicPartition>> deletedByBroker = new HashMap<>();
  private ErrorCode deletionError = ErrorCode.NONE;
  private ErrorCode roleError = ErrorCode.NONE;
  private int failuresLeft;

  @Override
  public synchronized CompletableFuture<Message> send(
      BrokerInfo broker, ApiKey apiKey, short version, Message request) {
    int brokerId = broker.id();
    if (failuresLeft > 0) {
      failuresLeft--;
      return CompletableFuture.failedFuture(new IOException("connection refused"));
    }
    received.add(new Received(brokerId, apiKey, version, request));
    notifyAll();
    return CompletableFuture.completedFuture(
        switch (request) {
          case LeaderAndIsrRequest r -> takeRoles(r);
          case UpdateMetadataRequest r -> {
            learn(brokerId, r);
            yield new UpdateMetadataResponse();
          }
          case StopReplicaRequest r -> stop(brokerId, r);
          default -> throw new IllegalArgumentException(apiKey + " is no control request");
        });
  }

  private LeaderAndIsrResponse takeRoles(LeaderAndIsrRequest request) {
    List<LeaderAndIsrResponse.LeaderAndIsrPartitionError> answers = new ArrayList<>();
    for (var topic : request.topicStates()) {
      for (var state : topic.partitionStates()) {
        answers.add(
            new LeaderAndIsrResponse.LeaderAndIsrPartitionError()
                .topicName(topic.topicName())
                .partitionIndex(state.partitionIndex())
                .errorCode(roleError.code()));
      }
    }
    return new LeaderAndIsrResponse().partitionErrors(answers);
  }

  /** What LeaderAndIsr is answered with from now on, for each partition. */
  synchronized void answerRolesWith(ErrorCode error) {
    roleError = error;
  }

  private void learn(int brokerId, UpdateMetadataRequest request) {
    Map<TopicPartition, Integer> leaders =
        leadersByBroker.computeIfAbsent(brokerId, id -> new HashMap<>());
    for (var topic : request.topicStates()) {
      for (var state : topic.partitionStates()) {
        TopicPartition partition = new TopicPartition(topic.topicName(), state.partitionIndex());
        lastIsr.put(partition, state.isr());
        if (state.leader() == -2) {
          leaders.remove(partition);
        } else {
          leaders.put(partition, state.leader());
        }
      }
    }
  }

  private StopReplicaResponse stop(int brokerId, StopReplicaRequest request) {
    List<StopReplicaResponse.StopReplicaPartitionError> answers = new ArrayList<>();
    for (var topic : request.topicStates()) {
      for (var state : topic.partitionStates()) {
        if (state.deletePartition() && deletionError == ErrorCode.NONE) {
          deletedByBroker
              .computeIfAbsent(brokerId, id -> new ArrayList<>())
              .add(new TopicPartition(topic.topicName(), state.partitionIndex()));
        }
        answers.add(
            new StopReplicaResponse.StopReplicaPartitionError()
                .topicName(topic.topicName())
                .partitionIndex(state.partitionIndex())
                .errorCode(deletionError.code()));
      }
    }
    return new StopReplicaResponse().partitionErrors(answers);
  }

  synchronized void failDeletionsWith(ErrorCode error) {
    deletionError = error;
  }

  /** The next requests are not answered. */
  synchronized void failNext(int count) {
    failuresLeft = count;
  }

  /** The leader a broker was told last; null if it does not know the partition. */
  synchronized @Nullable Integer leader(int brokerId, String topic, int partition) {
    return leadersByBroker
        .getOrDefault(brokerId, Map.of())
        .get(new TopicPartition(topic, partition));
  }

  /** The in-sync replicas that any broker was told last. */
  synchronized List<Integer> isr(String topic, int partition) {
    return lastIsr.getOrDefault(new TopicPartition(topic, partition), List.of());
  }

  synchronized List<TopicPartition> deleted(int brokerId) {
    return List.copyOf(deletedByBroker.getOrDefault(brokerId, List.of()));
  }

  synchronized List<Received> received() {
    return List.copyOf(received);
  }

  /** The LeaderAndIsr requests a broker got, oldest first. */
  List<LeaderAndIsrRequest> leaderAndIsr(int brokerId) {
    return received().stream()
        .filter(each -> each.brokerId() == brokerId)
        .filter(each -> each.request() instanceof LeaderAndIsrRequest)
        .map(each -> (LeaderAndIsrRequest) each.request())
        .toList();
  }

  /** Waits until requests have made the condition true. */
  synchronized void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMs <= 0) {
        throw new AssertionError("did not become true; received so far: " + received);
      }
      wait(leftMs);
    }
  }
}
