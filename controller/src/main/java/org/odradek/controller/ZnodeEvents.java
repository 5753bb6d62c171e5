package org.odradek.controller;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.SessionEvent;
import org.odradek.protocol.TopicPartition;

/** What a change of a znode means to the controller. */
final class ZnodeEvents {
  private ZnodeEvents() {}

  /** Null if it means nothing. {@code brokerId} is our own. */
  static @Nullable ControllerEvent of(int brokerId, SessionEvent.ZnodeChange change) {
    String path = change.path();
    switch (path) {
      case ZnodePaths.CONTROLLER -> {
        return new ControllerEvent.ControllerNodeChanged();
      }
      case ZnodePaths.REASSIGN_PARTITIONS -> {
        return new ControllerEvent.ReassignmentNodeChanged();
      }
      case ZnodePaths.PREFERRED_REPLICA_ELECTION -> {
        return new ControllerEvent.PreferredElectionWritten();
      }
      default -> {}
    }
    return switch (change) {
      case SessionEvent.ZnodeChildrenChanged e -> childrenChanged(path);
      case SessionEvent.ZnodeDataChanged e -> dataChanged(path);
      case SessionEvent.ZnodeCreated e -> null;
      case SessionEvent.ZnodeDeleted e ->
          path.equals(ZnodePaths.broker(brokerId))
              ? new ControllerEvent.RegistrationRemoved()
              : childrenChanged(path); // of other nodes the parent tells as well
    };
  }

  private static @Nullable ControllerEvent childrenChanged(String path) {
    return switch (path) {
      case ZnodePaths.BROKER_IDS -> new ControllerEvent.BrokersChanged();
      case ZnodePaths.TOPICS -> new ControllerEvent.TopicsChanged();
      case ZnodePaths.DELETE_TOPICS -> new ControllerEvent.TopicDeletionsChanged();
      case ZnodePaths.LOG_DIR_EVENTS -> new ControllerEvent.LogDirectoriesFailed();
      case ZnodePaths.ISR_CHANGES -> new ControllerEvent.IsrChangesNotified();
      default -> null;
    };
  }

  private static @Nullable ControllerEvent dataChanged(String path) {
    Optional<TopicPartition> partition = ZnodePaths.partitionOfState(path);
    if (partition.isPresent()) {
      return new ControllerEvent.PartitionStatesChanged(Set.of(partition.get()));
    }
    if (path.startsWith(ZnodePaths.TOPICS + "/")) {
      return new ControllerEvent.TopicModified(ZnodePaths.name(path));
    }
    return path.startsWith(ZnodePaths.BROKER_IDS + "/")
        ? new ControllerEvent.BrokerModified(Integer.parseInt(ZnodePaths.name(path)))
        : null;
  }
}
