package org.odradek.controller;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.Message;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionResponse;

/** What can happen to a controller. Events are taken one at a time, each to its end. */
sealed interface ControllerEvent {

  /** A session is there: register, and take part in the election. */
  record SessionEstablished(CompletableFuture<Void> done) implements ControllerEvent {}

  /** The session is over: whatever we were, we are not the controller any more. */
  record SessionExpired() implements ControllerEvent {}

  /** {@code /controller} was made, changed or removed. */
  record ControllerNodeChanged() implements ControllerEvent {}

  /** A broker came or went. */
  record BrokersChanged() implements ControllerEvent {}

  /** A broker's own node changed: its endpoints. */
  record BrokerModified(int brokerId) implements ControllerEvent {}

  /** A topic was made, or removed by hand. */
  record TopicsChanged() implements ControllerEvent {}

  /** A topic's assignment was changed: partitions were added. */
  record TopicModified(String topic) implements ControllerEvent {}

  /** Topics were marked for deletion, or the marks removed. */
  record TopicDeletionsChanged() implements ControllerEvent {}

  /** Leaders have changed ISRs by themselves. */
  record IsrChangesNotified() implements ControllerEvent {}

  /** Brokers have told of failed log directories. */
  record LogDirectoriesFailed() implements ControllerEvent {}

  /** A broker could not store replicas a while ago. */
  record ReplicasToBeAskedFor(int brokerId) implements ControllerEvent {}

  record LeaderAndIsrAnswered(int brokerId, Message response) implements ControllerEvent {}

  /** A broker has deleted replicas, or failed to; {@code asked} are those of the request. */
  record ReplicaDeletionAnswered(int brokerId, Set<TopicPartition> asked, Message response)
      implements ControllerEvent {}

  /**
   * A broker wants to go; its leaders are to move first.
   *
   * @param remaining completed with the partitions that it still leads
   */
  record ControlledShutdownRequested(
      int brokerId, long brokerEpoch, CompletableFuture<Set<TopicPartition>> remaining)
      implements ControllerEvent {}

  /** A leader asks for other ISRs. */
  record AlterPartitionRequested(
      AlterPartitionRequest request,
      short version,
      CompletableFuture<AlterPartitionResponse> response)
      implements ControllerEvent {}

  /** States of partitions were written, by whomever: a replica that is moved may be in sync now. */
  record PartitionStatesChanged(Set<TopicPartition> partitions) implements ControllerEvent {}

  /** {@code /admin/reassign_partitions} was made, changed or removed. */
  record ReassignmentNodeChanged() implements ControllerEvent {}

  /**
   * Partitions are to be moved, or, without a target, to go back to where they were.
   *
   * @param mayChangeFactor whether a partition may get another number of replicas
   */
  record ReassignmentsRequested(
      Map<TopicPartition, Optional<List<Integer>>> targets,
      boolean mayChangeFactor,
      CompletableFuture<Map<TopicPartition, ReassignmentOutcome>> outcomes)
      implements ControllerEvent {}

  /** Somebody asks which partitions are being moved. */
  record ReassignmentsAskedFor(CompletableFuture<List<RunningReassignment>> running)
      implements ControllerEvent {}

  /** Somebody asks for other leaders; {@code partitions} is null for all. */
  record ElectionRequested(
      LeaderElection.Type type,
      @Nullable Set<TopicPartition> partitions,
      CompletableFuture<Map<TopicPartition, LeaderElection>> results)
      implements ControllerEvent {}

  /** {@code /admin/preferred_replica_election} was written or removed: it is to be read. */
  record PreferredElectionWritten() implements ControllerEvent {}

  /** It is time to see whether brokers lead what they should, in that epoch of ours. */
  record LeaderBalanceDue(int controllerEpoch) implements ControllerEvent {}

  /** Replicas that are not in sync may lead now; {@code topic} is null if by default. */
  record UncleanElectionEnabled(@Nullable String topic) implements ControllerEvent {}

  /** Our own node below {@code /brokers/ids} is gone though our session lives. */
  record RegistrationRemoved() implements ControllerEvent {}

  /** We stop: give up the role, if we have it. */
  record Resignation(CompletableFuture<Void> done) implements ControllerEvent {}
}
