package org.odradek.broker.isr;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.IsrStore;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionRequest.BrokerState;
import org.odradek.protocol.message.AlterPartitionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the controller (AlterPartition, KIP-497). One request is on its way at a time; what is
 * proposed meanwhile goes with the next one.
 *
 * <p>Thread-safe. What waits is bounded by the number of partitions: one proposal each.
 */
public final class ControllerIsrStore implements IsrStore {
  private static final Logger logger = LoggerFactory.getLogger(ControllerIsrStore.class);
  private static final long RETRY_MS = 50;

  /** Of troubles that go on, one out of so many is logged: one in five seconds. */
  private static final int LOGGED_ONE_OF = 100;

  private static final short FIRST_VERSION_WITH_BROKER_EPOCHS = 3;

  /** The way to the controller, see {@link org.odradek.broker.control.ControllerChannel}. */
  @FunctionalInterface
  public interface Controller {
    CompletableFuture<AlterPartitionResponse> alterPartition(AlterPartitionRequest request);
  }

  private record Open(Proposal proposal, CompletableFuture<Outcome> answer) {}

  private final int brokerId;
  private final short version;
  private final LongSupplier brokerEpoch;
  private final Controller controller;
  private final WaitTimer timer;

  // guarded by this
  private final Map<TopicPartition, Open> open = new LinkedHashMap<>();
  private boolean inFlight;
  private int troubles;

  /**
   * @param version of the request
   * @param brokerEpoch of this broker's registration, as it is when a request is sent
   */
  public ControllerIsrStore(
      int brokerId,
      short version,
      LongSupplier brokerEpoch,
      Controller controller,
      WaitTimer timer) {
    this.brokerId = brokerId;
    this.version = version;
    this.brokerEpoch = brokerEpoch;
    this.controller = controller;
    this.timer = timer;
  }

  @Override
  public CompletableFuture<Outcome> propose(Proposal proposal) {
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    Open replaced;
    synchronized (this) {
      replaced = open.put(proposal.topicPartition(), new Open(proposal, answer));
    }
    if (replaced != null) {
      replaced.answer.complete(new NotAttempted("a newer proposal took its place"));
    }
    sendNext();
    return answer;
  }

  private void sendNext() {
    List<Open> sent;
    synchronized (this) {
      if (inFlight || open.isEmpty()) {
        return;
      }
      inFlight = true;
      sent = List.copyOf(open.values());
    }
    CompletableFuture<AlterPartitionResponse> response;
    try {
      response = controller.alterPartition(request(sent));
    } catch (RuntimeException e) {
      response = CompletableFuture.failedFuture(e);
    }
    var unused = response.whenComplete((answer, failure) -> onAnswer(sent, answer, failure));
  }

  private AlterPartitionRequest request(List<Open> sent) {
    Map<String, AlterPartitionRequest.TopicData> topics = new LinkedHashMap<>();
    for (Open each : sent) {
      Proposal proposal = each.proposal;
      topics
          .computeIfAbsent(
              proposal.topicPartition().topic() + " " + proposal.topicId(),
              name ->
                  new AlterPartitionRequest.TopicData()
                      .topicName(proposal.topicPartition().topic())
                      .topicId(idOf(proposal))
                      .partitions(new ArrayList<>()))
          .partitions()
          .add(partition(proposal));
    }
    return new AlterPartitionRequest()
        .brokerId(brokerId)
        .brokerEpoch(brokerEpoch.getAsLong())
        .topics(List.copyOf(topics.values()));
  }

  private static Uuid idOf(Proposal proposal) {
    Uuid id = proposal.topicId();
    return id == null ? Uuid.ZERO : id;
  }

  private AlterPartitionRequest.PartitionData partition(Proposal proposal) {
    AlterPartitionRequest.PartitionData data =
        new AlterPartitionRequest.PartitionData()
            .partitionIndex(proposal.topicPartition().partition())
            .leaderEpoch(proposal.leaderEpoch())
            .partitionEpoch(proposal.partitionEpoch());
    if (version < FIRST_VERSION_WITH_BROKER_EPOCHS) {
      return data.newIsr(proposal.newIsrIds());
    }
    return data.newIsrWithEpochs(
        proposal.newIsr().stream()
            .map(member ->
                new BrokerState().brokerId(member.brokerId()).brokerEpoch(member.brokerEpoch()))
            .toList());
  }

  private void onAnswer(
      List<Open> sent, @Nullable AlterPartitionResponse response, @Nullable Throwable failure) {
    boolean again = true;
    if (response == null) {
      trouble("%d ISR changes: the controller was not asked: %s".formatted(sent.size(), failure));
    } else if (response.errorCode() != ErrorCode.NONE.code()) {
      // STALE_BROKER_EPOCH: our registration is on its way, or a controller knows a newer life
      trouble(
          "The controller refused %d ISR changes of broker %d, epoch %d: %s"
              .formatted(
                  sent.size(),
                  brokerId,
                  brokerEpoch.getAsLong(),
                  ErrorCode.forCode(response.errorCode())));
    } else {
      again = settle(sent, response);
    }
    synchronized (this) {
      inFlight = false;
    }
    if (again) {
      timer.schedule(this::sendNext, RETRY_MS);
    } else {
      sendNext();
    }
  }

  private void trouble(String what) {
    boolean worthTelling;
    synchronized (this) {
      worthTelling = troubles++ % LOGGED_ONE_OF == 0;
    }
    if (worthTelling) {
      logger.warn("{}; asking again every {} ms", what, RETRY_MS);
    }
  }

  /** Returns whether something has to be asked again. */
  private boolean settle(List<Open> sent, AlterPartitionResponse response) {
    Map<TopicPartition, AlterPartitionResponse.PartitionData> answers = byPartition(sent, response);
    boolean again = false;
    for (Open each : sent) {
      TopicPartition named = each.proposal.topicPartition();
      AlterPartitionResponse.PartitionData answer = answers.get(named);
      Outcome outcome = answer == null ? null : outcome(answer);
      if (outcome == null) {
        trouble(
            "The controller's answer about the ISR of %s is %s"
                .formatted(
                    named, answer == null ? "missing" : ErrorCode.forCode(answer.errorCode())));
        again = true;
      } else {
        synchronized (this) {
          open.remove(named, each);
          troubles = 0;
        }
        each.answer.complete(outcome);
      }
    }
    return again;
  }

  /** Answers name topics, or only their ids, which topics from before there were ids lack. */
  private static Map<TopicPartition, AlterPartitionResponse.PartitionData> byPartition(
      List<Open> sent, AlterPartitionResponse response) {
    Map<Uuid, String> names = new HashMap<>();
    for (Open each : sent) {
      if (each.proposal.topicId() != null) {
        names.put(each.proposal.topicId(), each.proposal.topicPartition().topic());
      }
    }
    Map<TopicPartition, AlterPartitionResponse.PartitionData> answers = new HashMap<>();
    for (AlterPartitionResponse.TopicData topic : response.topics()) {
      String name = topic.topicName().isEmpty() ? names.get(topic.topicId()) : topic.topicName();
      for (AlterPartitionResponse.PartitionData partition : topic.partitions()) {
        if (name != null) {
          answers.put(new TopicPartition(name, partition.partitionIndex()), partition);
        }
      }
    }
    return answers;
  }

  /** Null for what says nothing of whether the change was made. */
  private static @Nullable Outcome outcome(AlterPartitionResponse.PartitionData answer) {
    ErrorCode code = ErrorCode.forCode(answer.errorCode());
    return switch (code) {
      case NONE ->
          new Accepted(
              answer.leaderId(), answer.leaderEpoch(), answer.partitionEpoch(), answer.isr());
      case OPERATION_NOT_ATTEMPTED, INELIGIBLE_REPLICA -> new NotAttempted(code.name());
      case FENCED_LEADER_EPOCH,
          INVALID_UPDATE_VERSION,
          INVALID_REQUEST,
          NEW_LEADER_ELECTED,
          NOT_LEADER_OR_FOLLOWER,
          UNKNOWN_TOPIC_OR_PARTITION,
          UNKNOWN_TOPIC_ID ->
          new Fenced(code.name());
      default -> null;
    };
  }
}
