package org.odradek.broker.replication;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.IsrStore;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrPartitionState;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrTopicState;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataBroker;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataPartitionState;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataTopicState;

/** Decides at once who leads; brokers hear of it later, in the order of the decisions. */
final class SimulatedController {
  static final Uuid TOPIC_ID = new Uuid(4, 2);
  private static final int CONTROLLER = 9;
  private static final int NOTICE_MS = 40;

  /** The state of one partition as it stands in ZooKeeper. */
  static final class State {
    int leader = -1;
    int leaderEpoch;
    int version;
    List<Integer> isr;
    final List<Integer> replicas;

    State(List<Integer> replicas) {
      this.replicas = replicas;
      this.isr = replicas;
    }
  }

  final Map<TopicPartition, State> states = new TreeMap<>();
  private final Map<Integer, Long> lastDeliveryMs = new HashMap<>();
  private final SimulatedTime time;
  private final java.util.Random random;
  private final IntFunction<@Nullable SimulatedBroker> brokers;
  private final boolean unclean;

  /**
   * @param brokers the present life of a broker, null while it is down
   * @param unclean whether replicas that are not in sync may lead
   */
  SimulatedController(
      SimulatedTime time,
      java.util.Random random,
      IntFunction<@Nullable SimulatedBroker> brokers,
      boolean unclean) {
    this.time = time;
    this.random = random;
    this.brokers = brokers;
    this.unclean = unclean;
  }

  private List<Integer> live(List<Integer> of) {
    return of.stream().filter(id -> brokers.apply(id) != null).toList();
  }

  /** A broker has come back: it hears of all its partitions, and may end leaderlessness. */
  void brokerStarted(int id) {
    states.forEach((partition, state) -> {
      if (state.leader < 0) {
        elect(partition);
      }
    });
    tell(id, states.keySet());
  }

  /** A broker is gone: out of the ISRs it goes, and who led is replaced. */
  void brokerEnded(int id) {
    states.forEach((partition, state) -> {
      boolean led = state.leader == id;
      if (!led && !state.isr.contains(id)) {
        return;
      }
      if (state.isr.size() > 1) {
        state.isr = state.isr.stream().filter(member -> member != id).toList();
        state.version++;
      }
      if (led) {
        state.leader = -1;
        elect(partition);
      } else {
        state.leaderEpoch++;
        state.version++;
        tellReplicas(partition);
      }
    });
  }

  /** Another of the in-sync replicas takes the lead, by chance. */
  void elect(TopicPartition partition) {
    State state = states.get(partition);
    if (state == null) {
      throw new IllegalArgumentException("no " + partition);
    }
    List<Integer> candidates = live(state.isr);
    if (candidates.isEmpty() && unclean) {
      candidates = live(state.replicas);
      state.isr = candidates.isEmpty() ? state.isr : List.of(candidates.getFirst());
    }
    state.leader = candidates.isEmpty() ? -1 : candidates.get(random.nextInt(candidates.size()));
    if (unclean && state.leader >= 0 && !state.isr.contains(state.leader)) {
      state.isr = List.of(state.leader);
    }
    state.leaderEpoch++;
    state.version++;
    tellReplicas(partition);
  }

  /** One that is not in sync leads from now on. */
  void electUncleanly(TopicPartition partition, int leader) {
    State state = states.get(partition);
    if (state == null) {
      throw new IllegalArgumentException("no " + partition);
    }
    state.leader = leader;
    state.isr = List.of(leader);
    state.leaderEpoch++;
    state.version++;
    tellReplicas(partition);
  }

  private void tellReplicas(TopicPartition partition) {
    State state = states.get(partition);
    if (state != null) {
      state.replicas.forEach(id -> tell(id, Set.of(partition)));
    }
  }

  private void tell(int id, Set<TopicPartition> partitions) {
    SimulatedBroker receiver = brokers.apply(id);
    if (receiver == null) {
      return;
    }
    LeaderAndIsrRequest request = request(new HashSet<>(partitions));
    UpdateMetadataRequest news = news();
    long atMs =
        Math.max(time.nowMs() + random.nextInt(NOTICE_MS), lastDeliveryMs.getOrDefault(id, 0L) + 1);
    lastDeliveryMs.put(id, atMs);
    time.after(
        atMs - time.nowMs(),
        () -> {
          if (receiver.up) {
            receiver.updateMetadata.apply(news);
            receiver.leaderAndIsr.apply(request);
          }
        });
  }

  private LeaderAndIsrRequest request(Set<TopicPartition> partitions) {
    List<LeaderAndIsrPartitionState> wanted = new ArrayList<>();
    states.forEach((partition, state) -> {
      if (partitions.contains(partition)) {
        wanted.add(
            new LeaderAndIsrPartitionState()
                .partitionIndex(partition.partition())
                .controllerEpoch(1)
                .leader(state.leader)
                .leaderEpoch(state.leaderEpoch)
                .partitionEpoch(state.version)
                .isr(state.isr)
                .replicas(state.replicas)
                .isNew(true));
      }
    });
    return new LeaderAndIsrRequest()
        .controllerId(CONTROLLER)
        .controllerEpoch(1)
        .topicStates(
            List.of(
                new LeaderAndIsrTopicState()
                    .topicName(ReplicationSimulation.TOPIC)
                    .topicId(TOPIC_ID)
                    .partitionStates(wanted)));
  }

  private UpdateMetadataRequest news() {
    List<UpdateMetadataPartitionState> told = new ArrayList<>();
    Set<Integer> ids = new HashSet<>();
    states.forEach((partition, state) -> {
      ids.addAll(state.replicas);
      told.add(
          new UpdateMetadataPartitionState()
              .partitionIndex(partition.partition())
              .controllerEpoch(1)
              .leader(state.leader)
              .leaderEpoch(state.leaderEpoch)
              .isr(state.isr)
              .replicas(state.replicas));
    });
    return new UpdateMetadataRequest()
        .controllerId(CONTROLLER)
        .controllerEpoch(1)
        .liveBrokers(ids.stream().map(id -> new UpdateMetadataBroker().id(id)).toList())
        .topicStates(
            List.of(
                new UpdateMetadataTopicState()
                    .topicName(ReplicationSimulation.TOPIC)
                    .topicId(TOPIC_ID)
                    .partitionStates(told)));
  }

  /** The way of a broker's leaders to here. */
  IsrStore isrStore() {
    return proposal -> {
      CompletableFuture<IsrStore.Outcome> answer = new CompletableFuture<>();
      time.after(
          random.nextInt(NOTICE_MS),
          () -> {
            IsrStore.Outcome outcome = decide(proposal);
            time.after(random.nextInt(NOTICE_MS), () -> answer.complete(outcome));
          });
      return answer;
    };
  }

  private IsrStore.Outcome decide(IsrStore.Proposal proposal) {
    State state = states.get(proposal.topicPartition());
    if (state == null
        || state.leader != proposal.leader()
        || state.leaderEpoch != proposal.leaderEpoch()
        || state.version != proposal.partitionEpoch()) {
      return new IsrStore.Fenced("the controller knows better");
    }
    if (!proposal.newIsr().stream().allMatch(this::isOfThisLife)) {
      return new IsrStore.NotAttempted("a replica that is not alive");
    }
    state.isr = proposal.newIsrIds();
    state.version++;
    return new IsrStore.Accepted(state.leader, state.leaderEpoch, state.version, state.isr);
  }

  private boolean isOfThisLife(IsrStore.Member member) {
    SimulatedBroker broker = brokers.apply(member.brokerId());
    return broker != null && (member.brokerEpoch() < 0 || broker.epoch == member.brokerEpoch());
  }
}
