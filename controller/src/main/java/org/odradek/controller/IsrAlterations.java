package org.odradek.controller;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.PartitionState;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionRequest.BrokerState;
import org.odradek.protocol.message.AlterPartitionRequest.PartitionData;
import org.odradek.protocol.message.AlterPartitionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaders ask for other ISRs (AlterPartition, KIP-497): what is asked for by the right leader, in
 * the right epochs, and names brokers that may be in sync (KIP-841, KIP-903), is written in one go;
 * then all brokers hear of it. Belongs to the controller's thread.
 */
final class IsrAlterations {
  private static final Logger log = LoggerFactory.getLogger(IsrAlterations.class);

  /** From this version on topics go by id, and a replica that may not join has its own error. */
  private static final short TOPIC_IDS = 2;

  /** From this version on a leader goes on from where it was after any error. */
  private static final short MAY_REFUSE = 1;

  private static final short BROKER_EPOCHS = 3;
  private static final byte RECOVERING = 1;
  private static final long NO_BROKER_EPOCH = -1;

  private final ControllerContext context;
  private final ControllerStore store;
  private final ControlRequestBatch batch;
  private final PartitionStateMachine partitions;
  private final IsrListener listener;

  IsrAlterations(
      ControllerContext context,
      ControllerStore store,
      ControlRequestBatch batch,
      PartitionStateMachine partitions,
      IsrListener listener) {
    this.context = context;
    this.store = store;
    this.batch = batch;
    this.partitions = partitions;
    this.listener = listener;
  }

  /** What is answered for one partition: an error, or the state that it has now. */
  private record Outcome(ErrorCode error, @Nullable PartitionState state) {
    static Outcome refused(ErrorCode error) {
      return new Outcome(error, null);
    }

    static Outcome now(PartitionState state) {
      return new Outcome(ErrorCode.NONE, state);
    }
  }

  /** {@code answer} is completed before the listener is told. */
  CompletableFuture<Void> run(
      AlterPartitionRequest request,
      short version,
      CompletableFuture<AlterPartitionResponse> answer) {
    LiveBroker sender = context.broker(request.brokerId());
    if (sender == null || sender.epoch() != request.brokerEpoch()) {
      log.info(
          "AlterPartition of broker {} names broker epoch {}, known is {}: refused",
          request.brokerId(),
          request.brokerEpoch(),
          sender == null ? "none" : sender.epoch());
      answer.complete(new AlterPartitionResponse().errorCode(ErrorCode.STALE_BROKER_EPOCH.code()));
      return CompletableFuture.completedFuture(null);
    }
    Map<TopicPartition, Outcome> outcomes = new LinkedHashMap<>();
    Map<TopicPartition, PartitionState> next = new LinkedHashMap<>();
    Set<TopicPartition> renewed = new HashSet<>();
    for (AlterPartitionRequest.TopicData topic : request.topics()) {
      String name = name(topic, version);
      if (name != null) {
        for (PartitionData wanted : topic.partitions()) {
          TopicPartition partition = new TopicPartition(name, wanted.partitionIndex());
          PartitionState current = context.state(partition);
          Outcome outcome = judge(request.brokerId(), partition, wanted, current, version);
          if (outcome != null) {
            outcomes.put(partition, outcome);
          } else if (current != null
              && !mayRefuse(request.brokerId(), version)
              && !ineligible(wanted, partition, version).isEmpty()) {
            renewed.add(partition);
            next.put(partition, current.withLeaderAndIsr(current.leader(), current.isr()));
          } else if (current != null) {
            next.put(
                partition,
                current.withIsr(isr(wanted, version), wanted.leaderRecoveryState() == RECOVERING));
          }
        }
      }
    }
    return store
        .updateStates(next)
        .thenCompose(updated -> {
          Set<TopicPartition> overtaken = new LinkedHashSet<>(next.keySet());
          overtaken.removeAll(updated.keySet());
          overtaken.forEach(partition ->
              outcomes.put(partition, Outcome.refused(ErrorCode.INVALID_UPDATE_VERSION)));
          updated.forEach((partition, state) -> {
            context.putState(partition, state);
            if (renewed.contains(partition)) {
              outcomes.put(partition, Outcome.refused(ErrorCode.FENCED_LEADER_EPOCH));
              batch.leaderAndIsr(
                  context.replicas(partition).stream().filter(context::isAlive).toList(),
                  partition,
                  false);
            } else {
              outcomes.put(partition, Outcome.now(state));
            }
            log.debug("ISR of {} is {}", partition, state.isr());
          });
          answer.complete(response(request, version, outcomes));
          batch.updateMetadata(updated.keySet());
          batch.send();
          Set<TopicPartition> changed = new LinkedHashSet<>();
          outcomes.forEach((partition, outcome) -> {
            if (outcome.error() == ErrorCode.NONE) {
              changed.add(partition);
            }
          });
          return partitions.repair(overtaken).thenCompose(done -> listener.isrsChanged(changed));
        });
  }

  private @Nullable String name(AlterPartitionRequest.TopicData topic, short version) {
    return version >= TOPIC_IDS ? context.topicName(topic.topicId()) : topic.topicName();
  }

  private static List<Integer> isr(PartitionData wanted, short version) {
    return version >= BROKER_EPOCHS
        ? wanted.newIsrWithEpochs().stream().map(BrokerState::brokerId).toList()
        : wanted.newIsr();
  }

  /**
   * Null when the change is to be made, or cannot be refused; in the order in which Kafka judges.
   *
   * <p>Leaders that speak version 0 (Kafka 2.7 and 2.8 do) know no error for a replica that may not
   * join: they ask for the same again, fail in that, and wait for ever for what they have asked
   * for, so that nothing counts as replicated any more. What gets them out of it is another leader
   * epoch. So they are told that theirs has passed, and it has: the ISR stays, the epoch goes up.
   * Brokers that may not join do not hear of the new one, so they are not caught up in it. A leader
   * that is about to stop is refused all the same: its followers would hear of an epoch in which it
   * does not answer them.
   */
  private @Nullable Outcome judge(
      int leader,
      TopicPartition partition,
      PartitionData wanted,
      @Nullable PartitionState current,
      short version) {
    if (current == null || context.startedDeletions().contains(partition.topic())) {
      return Outcome.refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }
    if (wanted.partitionEpoch() > current.znodeVersion()
        || wanted.leaderEpoch() > current.leaderEpoch()) {
      // A later controller has told the leader more than we know.
      return Outcome.refused(ErrorCode.NOT_CONTROLLER);
    }
    if (wanted.leaderEpoch() < current.leaderEpoch()) {
      return Outcome.refused(ErrorCode.FENCED_LEADER_EPOCH);
    }
    List<Integer> isr = isr(wanted, version);
    boolean recovering = wanted.leaderRecoveryState() == RECOVERING;
    if (leader == current.leader()
        && recovering == current.isRecovering()
        && Set.copyOf(isr).equals(Set.copyOf(current.isr()))) {
      return Outcome.now(current); // asked again, as the answer was lost
    }
    if (wanted.partitionEpoch() < current.znodeVersion()) {
      return Outcome.refused(ErrorCode.INVALID_UPDATE_VERSION);
    }
    if (leader != current.leader() || !isPossible(partition, leader, isr)) {
      log.warn(
          "broker {} asked for the ISR {} of {}, whose leader is {} and replicas are {}: refused",
          leader,
          isr,
          partition,
          current.leader(),
          context.replicas(partition));
      return Outcome.refused(ErrorCode.INVALID_REQUEST);
    }
    if (recovering && (isr.size() > 1 || !current.isRecovering())) {
      return Outcome.refused(ErrorCode.INVALID_REQUEST);
    }
    if (mayRefuse(leader, version) && !ineligible(wanted, partition, version).isEmpty()) {
      return Outcome.refused(
          version >= TOPIC_IDS ? ErrorCode.INELIGIBLE_REPLICA : ErrorCode.OPERATION_NOT_ATTEMPTED);
    }
    return null;
  }

  private boolean mayRefuse(int leader, short version) {
    return version >= MAY_REFUSE || !context.isAlive(leader);
  }

  private boolean isPossible(TopicPartition partition, int leader, List<Integer> isr) {
    return isr.contains(leader)
        && new HashSet<>(isr).size() == isr.size()
        && context.replicas(partition).containsAll(isr);
  }

  /** Those that are not there, are about to stop, or have started again since they caught up. */
  private List<Integer> ineligible(PartitionData wanted, TopicPartition partition, short version) {
    List<Integer> isr = isr(wanted, version);
    List<Integer> ineligible = new ArrayList<>();
    for (int id : isr) {
      if (!context.isAlive(id)) {
        ineligible.add(id);
      }
    }
    if (version >= BROKER_EPOCHS) {
      for (BrokerState member : wanted.newIsrWithEpochs()) {
        LiveBroker broker = context.broker(member.brokerId());
        if (broker != null
            && member.brokerEpoch() != NO_BROKER_EPOCH
            && member.brokerEpoch() != broker.epoch()) {
          ineligible.add(member.brokerId());
        }
      }
    }
    if (!ineligible.isEmpty()) {
      log.info("{} may not be in the ISR of {}: {} is refused", ineligible, partition, isr);
    }
    return ineligible;
  }

  // ---- the answer

  private AlterPartitionResponse response(
      AlterPartitionRequest request, short version, Map<TopicPartition, Outcome> outcomes) {
    List<AlterPartitionResponse.TopicData> topics = new ArrayList<>();
    for (AlterPartitionRequest.TopicData topic : request.topics()) {
      String name = name(topic, version);
      List<AlterPartitionResponse.PartitionData> answered = new ArrayList<>();
      for (PartitionData wanted : topic.partitions()) {
        Outcome outcome =
            name == null
                ? Outcome.refused(ErrorCode.UNKNOWN_TOPIC_ID)
                : outcomes.getOrDefault(
                    new TopicPartition(name, wanted.partitionIndex()),
                    Outcome.refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
        answered.add(partition(wanted.partitionIndex(), outcome));
      }
      topics.add(
          new AlterPartitionResponse.TopicData()
              .topicName(topic.topicName())
              .topicId(topic.topicId())
              .partitions(answered));
    }
    return new AlterPartitionResponse().topics(topics);
  }

  private static AlterPartitionResponse.PartitionData partition(int index, Outcome outcome) {
    AlterPartitionResponse.PartitionData answer =
        new AlterPartitionResponse.PartitionData()
            .partitionIndex(index)
            .errorCode(outcome.error().code());
    PartitionState state = outcome.state();
    if (state != null) {
      answer
          .leaderId(state.leader())
          .leaderEpoch(state.leaderEpoch())
          .isr(state.isr())
          .leaderRecoveryState(state.isRecovering() ? RECOVERING : 0)
          .partitionEpoch(state.znodeVersion());
    }
    return answer;
  }
}
