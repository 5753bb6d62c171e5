package org.odradek.controller;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.LeaderAndIsrResponse;
import org.odradek.protocol.message.StopReplicaResponse;

/**
 * What an elected controller does with each event. Belongs to the controller's thread; a future
 * returned is complete when the event is dealt with.
 */
final class ControllerDuties {
  private final ControllerContext context = new ControllerContext();
  private final ControllerStore store;
  private final ControlRequestBatch batch;
  private final BrokerChannels channels;
  private final PartitionStateMachine partitions;
  private final ReplicaStateMachine replicas;
  private final TopicDeletion deletion;
  private final TopicChanges topics;
  private final BrokerChanges brokers;
  private final IsrChanges isrChanges;
  private final IsrAlterations isrAlterations;
  private final LogDirectoryFailures logDirectories;
  private final ControlledShutdown shutdown;
  private final PartitionReassignments reassignments;
  private final ReassignmentRequests reassignmentRequests;
  private final RequestedElections elections;

  ControllerDuties(
      ControllerConfig config,
      ZooKeeperSession session,
      ControllerScheduler thread,
      ControlRequestSender sender,
      Supplier<Uuid> newTopicId,
      Consumer<ControllerEvent> events) {
    store = new ControllerStore(session, thread, context);
    channels = new BrokerChannels(sender, config, thread);
    batch = new ControlRequestBatch(context, config, channels, events);
    StateChanges changes = new StateChanges(context, store);
    partitions = new PartitionStateMachine(context, store, config, batch, changes);
    replicas = new ReplicaStateMachine(context, batch, changes);
    deletion = new TopicDeletion(context, store, config, batch, partitions, replicas);
    topics = new TopicChanges(context, store, config, partitions, replicas, newTopicId);
    brokers = new BrokerChanges(context, store, batch, channels, partitions, replicas, deletion);
    logDirectories =
        new LogDirectoryFailures(context, store, config, batch, brokers, thread, events);
    isrChanges = new IsrChanges(context, store, batch, this::isrsChanged);
    isrAlterations = new IsrAlterations(context, store, batch, partitions, this::isrsChanged);
    shutdown = new ControlledShutdown(context, batch, partitions, replicas);
    ReassignmentNode node = new ReassignmentNode(store);
    reassignments = new PartitionReassignments(context, store, batch, partitions, replicas, node);
    reassignmentRequests =
        new ReassignmentRequests(
            context, reassignments, node, new TopicAssignments(context, store));
    elections = new RequestedElections(context, store, config, partitions, thread, events);
  }

  ControllerContext context() {
    return context;
  }

  ControllerStore store() {
    return store;
  }

  List<BrokerInfo> liveBrokers() {
    return context.brokers().stream().map(LiveBroker::info).toList();
  }

  Map<Integer, Long> brokerEpochs() {
    Map<Integer, Long> epochs = new HashMap<>();
    context.brokers().forEach(broker -> epochs.put(broker.id(), broker.epoch()));
    return Map.copyOf(epochs);
  }

  /** How many partitions are being moved to other replicas. */
  int reassigningPartitions() {
    return reassignments.running().size();
  }

  /** Elected: reads the cluster, tells all brokers, and mends what is without a leader. */
  CompletableFuture<Void> takeOffice(int epoch, int epochZnodeVersion) {
    context.clear();
    context.elected(epoch, epochZnodeVersion);
    return brokers
        .load()
        .thenCombine(topics.load(), (brokersLoaded, topicsLoaded) -> brokersLoaded)
        .thenCombine(isrChanges.skip(), (loaded, skipped) -> loaded)
        .thenCombine(logDirectories.skip(), (loaded, skipped) -> loaded)
        .thenCompose(done -> loadStates())
        .thenCompose(done -> deletion.readMarks())
        .thenCompose(done -> {
          batch.updateMetadata(List.of());
          batch.send();
          return partitions.startup();
        })
        .thenCompose(done -> {
          replicas.startup();
          batch.updateMetadata(context.allPartitions());
          batch.send();
          return reassignments.resumeAll();
        })
        .thenCompose(done -> reassignmentRequests.nodeChanged())
        .thenCompose(done -> deletion.resume())
        .thenCompose(done -> elections.startup());
  }

  private CompletableFuture<Void> loadStates() {
    return store
        .readStates(context.allPartitions())
        .thenAccept(states -> states.forEach(context::putState));
  }

  /** Not the controller any more: forgets everything; nothing is written. */
  void leaveOffice() {
    channels.closeAll();
    batch.clear();
    logDirectories.clear();
    reassignments.clear();
    context.clear();
  }

  CompletableFuture<Void> handle(ControllerEvent event) {
    return switch (event) {
      case ControllerEvent.BrokersChanged e ->
          brokers.brokersChanged().thenCompose(done -> reassignments.brokersChanged());
      case ControllerEvent.BrokerModified(int brokerId) ->
          brokers.brokerModified(brokerId).thenCompose(done -> reassignments.brokersChanged());
      case ControllerEvent.TopicsChanged e ->
          topics.topicsChanged().thenCompose(done -> reassignments.topicsGone());
      case ControllerEvent.TopicModified(String topic) -> topics.topicModified(topic);
      case ControllerEvent.TopicDeletionsChanged e ->
          deletion
              .readMarks()
              .thenCompose(done -> reassignments.topicsGone())
              .thenCompose(done -> deletion.resume());
      case ControllerEvent.IsrChangesNotified e -> isrChanges.notified();
      case ControllerEvent.LeaderAndIsrAnswered e ->
          logDirectories.answered(e.brokerId(), (LeaderAndIsrResponse) e.response());
      case ControllerEvent.LogDirectoriesFailed e -> logDirectories.notified();
      case ControllerEvent.ReplicasToBeAskedFor e -> {
        logDirectories.askAgain(e.brokerId());
        yield CompletableFuture.completedFuture(null);
      }
      case ControllerEvent.ReplicaDeletionAnswered e ->
          deletion.answered(e.brokerId(), e.asked(), (StopReplicaResponse) e.response());
      case ControllerEvent.ControlledShutdownRequested e ->
          shutdown
              .run(e.brokerId(), e.brokerEpoch())
              .thenAccept(remaining -> e.remaining().complete(remaining));
      case ControllerEvent.AlterPartitionRequested e ->
          isrAlterations.run(e.request(), e.version(), e.response());
      case ControllerEvent.PartitionStatesChanged e -> reassignments.statesChanged(e.partitions());
      case ControllerEvent.ReassignmentNodeChanged e -> reassignmentRequests.nodeChanged();
      case ControllerEvent.ReassignmentsRequested e ->
          reassignmentRequests
              .alter(e.targets(), e.mayChangeFactor())
              .thenAccept(outcomes -> e.outcomes().complete(outcomes));
      case ControllerEvent.ReassignmentsAskedFor e -> {
        e.running().complete(reassignmentRequests.running());
        yield CompletableFuture.completedFuture(null);
      }
      case ControllerEvent.ElectionRequested e ->
          elections
              .elect(e.type(), e.partitions())
              .thenAccept(results -> e.results().complete(results));
      case ControllerEvent.PreferredElectionWritten e -> elections.tool();
      case ControllerEvent.LeaderBalanceDue e -> elections.rebalance(e.controllerEpoch());
      case ControllerEvent.UncleanElectionEnabled e -> {
        String topic = e.topic();
        yield topic == null
            ? partitions.bringOnline()
            : partitions.bringOnline(context.partitionsOf(topic));
      }
      case ControllerEvent.RegistrationRemoved e -> throw notADuty(event);
      case ControllerEvent.SessionEstablished e -> throw notADuty(event);
      case ControllerEvent.SessionExpired e -> throw notADuty(event);
      case ControllerEvent.ControllerNodeChanged e -> throw notADuty(event);
      case ControllerEvent.Resignation e -> throw notADuty(event);
    };
  }

  /** Leaders have changed ISRs. */
  private CompletableFuture<Void> isrsChanged(Set<TopicPartition> changed) {
    return reassignments.statesChanged(changed);
  }

  private static IllegalArgumentException notADuty(ControllerEvent event) {
    return new IllegalArgumentException(event + " is about the role, not a duty of it");
  }
}
