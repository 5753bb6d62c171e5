package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.odradek.controller.znode.ConfigCodec;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which topics allow a leader that is not in sync ({@code unclean.leader.election.enable}). Topic
 * settings are read when such an election is due, which is seldom. Belongs to the controller's
 * thread.
 */
final class UncleanElections {
  private static final Logger log = LoggerFactory.getLogger(UncleanElections.class);
  private static final String KEY = "unclean.leader.election.enable";

  private final ControllerContext context;
  private final ControllerStore store;
  private final ElectionSettings settings;

  UncleanElections(ControllerContext context, ControllerStore store, ElectionSettings settings) {
    this.context = context;
    this.store = store;
    this.settings = settings;
  }

  /**
   * Topics of those of the partitions that cannot get a leader otherwise, and where one may lead
   * that is not in sync. Empty without asking ZooKeeper when there are no such partitions.
   */
  CompletableFuture<Set<String>> allowedFor(Collection<TopicPartition> partitions) {
    Set<String> topics = new HashSet<>();
    for (TopicPartition partition : partitions) {
      if (isDue(partition)) {
        topics.add(partition.topic());
      }
    }
    if (topics.isEmpty()) {
      return CompletableFuture.completedFuture(Set.of());
    }
    Map<String, String> paths = new LinkedHashMap<>();
    topics.forEach(topic -> paths.put(topic, ZnodePaths.config(ConfigEntity.topic(topic))));
    return store
        .readAll(new ArrayList<>(paths.values()), false)
        .thenApply(znodes -> {
          Set<String> allowed = new HashSet<>();
          paths.forEach((topic, path) -> {
            Znode znode = znodes.get(path);
            if (znode == null ? settings.isUncleanElectionEnabled() : isAllowed(topic, znode)) {
              allowed.add(topic);
            }
          });
          return allowed;
        });
  }

  /** No replica is there that is in sync, but one that is not. */
  private boolean isDue(TopicPartition partition) {
    PartitionState state = context.state(partition);
    List<Integer> online =
        context.replicas(partition).stream().filter(id -> context.isOnline(id, partition)).toList();
    return state != null && !online.isEmpty() && online.stream().noneMatch(state.isr()::contains);
  }

  private boolean isAllowed(String topic, Znode znode) {
    try {
      String value = ConfigCodec.decode(ConfigEntity.topic(topic), znode.data()).get(KEY);
      return value == null
          ? settings.isUncleanElectionEnabled()
          : Boolean.parseBoolean(value.trim());
    } catch (ZnodeFormatException e) {
      log.error(
          "The settings of topic {} cannot be read, so {} counts as false; write them again"
              + " (kafka-configs): {}",
          topic,
          KEY,
          e.getMessage());
      return false;
    }
  }
}
