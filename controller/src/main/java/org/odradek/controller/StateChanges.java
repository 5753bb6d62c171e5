package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.PartitionState;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the states of many partitions at once. Each is decided from the state that we know, and
 * written on condition that this is what ZooKeeper has: one round trip for all of them. Those that
 * somebody else has changed or removed meanwhile are read, and decided again. Belongs to the
 * controller's thread.
 */
final class StateChanges {
  private static final Logger log = LoggerFactory.getLogger(StateChanges.class);

  private static final CompletableFuture<Map<TopicPartition, PartitionState>> NONE =
      CompletableFuture.completedFuture(Map.of());

  private final ControllerContext context;
  private final ControllerStore store;

  StateChanges(ControllerContext context, ControllerStore store) {
    this.context = context;
    this.store = store;
  }

  /** What a partition's state is to be. May be asked more than once for the same partition. */
  @FunctionalInterface
  interface Decision {

    /** The next state, with a new leader epoch; null to leave it as it is. */
    @Nullable PartitionState next(TopicPartition partition, PartitionState current);
  }

  /**
   * Decides, writes, and puts what was written into the context. Partitions without a state are
   * left out.
   *
   * @return the states that were written
   */
  CompletableFuture<Map<TopicPartition, PartitionState>> apply(
      Collection<TopicPartition> partitions, Decision decision) {
    Map<TopicPartition, PartitionState> known = new LinkedHashMap<>();
    for (TopicPartition partition : partitions) {
      PartitionState state = context.state(partition);
      if (state != null) {
        known.put(partition, state);
      }
    }
    return apply(known, Set.of(), decision);
  }

  /** As {@link #apply}, but reads the states from ZooKeeper first, whatever we know of them. */
  CompletableFuture<Map<TopicPartition, PartitionState>> applyToRead(
      Collection<TopicPartition> partitions, Decision decision) {
    if (partitions.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    return store
        .readStates(List.copyOf(partitions))
        .thenCompose(found -> {
          Map<TopicPartition, PartitionState> current = new LinkedHashMap<>();
          Set<TopicPartition> missing = new LinkedHashSet<>();
          for (TopicPartition partition : partitions) {
            PartitionState state = found.get(partition);
            if (state == null) {
              state = context.state(partition);
              missing.add(partition);
            }
            if (state != null) {
              check(partition, state);
              context.putState(partition, state);
              current.put(partition, state);
            }
          }
          return apply(current, missing, decision);
        });
  }

  private void check(TopicPartition partition, PartitionState state) {
    if (state.controllerEpoch() > context.epoch()) {
      throw new ControllerMovedException(
          "the state of %s was written in controller epoch %d, ours is %d"
              .formatted(partition, state.controllerEpoch(), context.epoch()));
    }
  }

  private CompletableFuture<Map<TopicPartition, PartitionState>> apply(
      Map<TopicPartition, PartitionState> current, Set<TopicPartition> missing, Decision decision) {
    Map<TopicPartition, PartitionState> changed = new LinkedHashMap<>();
    Map<TopicPartition, PartitionState> restored = new LinkedHashMap<>();
    current.forEach((partition, state) -> {
      PartitionState next = decision.next(partition, state);
      if (next != null) {
        (missing.contains(partition) ? restored : changed).put(partition, next);
      }
    });
    if (changed.isEmpty() && restored.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    if (!restored.isEmpty()) {
      log.warn(
          "the state nodes of {} are gone, somebody has removed them: they are made again",
          PartitionNames.some(restored.keySet()));
    }
    return store
        .updateStates(changed)
        .thenCombine(
            restored.isEmpty() ? NONE : store.createStates(restored),
            (updated, created) -> {
              Map<TopicPartition, PartitionState> written = new LinkedHashMap<>(updated);
              written.putAll(created);
              return written;
            })
        .thenCompose(written -> {
          written.forEach(context::putState);
          List<TopicPartition> overtaken = new ArrayList<>(changed.keySet());
          overtaken.removeAll(written.keySet());
          return applyToRead(overtaken, decision)
              .thenApply(later -> {
                written.putAll(later);
                return written;
              });
        });
  }
}
