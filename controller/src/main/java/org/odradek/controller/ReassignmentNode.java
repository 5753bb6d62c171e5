package org.odradek.controller;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import org.odradek.controller.znode.ReassignmentCodec;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /admin/reassign_partitions}: what the tools of Kafka 2.x ask for with {@code --zookeeper}.
 * They take a partition for done when it is not in there any more, so entries leave it as they are
 * done or refused, and the node goes with the last one. Belongs to the controller's thread.
 */
final class ReassignmentNode {
  private static final Logger log = LoggerFactory.getLogger(ReassignmentNode.class);
  private static final String PATH = ZnodePaths.REASSIGN_PARTITIONS;

  private final ControllerStore store;

  ReassignmentNode(ControllerStore store) {
    this.store = store;
  }

  /**
   * What the node asks for, empty when it is not there; watches it in either case. A node that
   * cannot be read is removed, as it would keep the tools from starting anything.
   */
  CompletableFuture<Map<TopicPartition, List<Integer>>> read() {
    return store
        .exists(PATH, true)
        .thenCompose(there ->
            there.isPresent()
                ? store.read(PATH, false)
                : CompletableFuture.completedFuture(Optional.<Znode>empty()))
        .thenCompose(znode ->
            znode.isPresent()
                ? readOrRemove(znode.get())
                : CompletableFuture.completedFuture(Map.of()));
  }

  private CompletableFuture<Map<TopicPartition, List<Integer>>> readOrRemove(Znode znode) {
    try {
      ReassignmentCodec.Requested requested = ReassignmentCodec.decode(znode.data());
      for (String problem : requested.problems()) {
        log.warn(
            "an entry of {} is dropped: {}; write it again as"
                + " {\"topic\":\"t\",\"partition\":0,\"replicas\":[1,2]}",
            PATH,
            problem);
      }
      return requested.problems().isEmpty()
          ? CompletableFuture.completedFuture(requested.targets())
          : replace(requested.targets(), znode).thenApply(done -> requested.targets());
    } catch (ZnodeFormatException e) {
      log.error(
          "{}; the node is removed, nothing of it is done: write it again, or use"
              + " kafka-reassign-partitions.sh --execute",
          e.getMessage());
      return replace(Map.of(), znode).thenApply(done -> Map.of());
    }
  }

  /** Takes entries out of the node, as far as it has them; the last one takes it away. */
  CompletableFuture<Void> drop(BiPredicate<TopicPartition, List<Integer>> which) {
    return store
        .read(PATH, false)
        .thenCompose(znode -> {
          if (znode.isEmpty()) {
            return CompletableFuture.completedFuture(null);
          }
          Map<TopicPartition, List<Integer>> left;
          int before;
          try {
            Map<TopicPartition, List<Integer>> targets =
                ReassignmentCodec.decode(znode.get().data()).targets();
            before = targets.size();
            left = new LinkedHashMap<>(targets);
          } catch (ZnodeFormatException e) {
            return CompletableFuture.completedFuture(null); // its own event tells and removes it
          }
          left.entrySet().removeIf(entry -> which.test(entry.getKey(), entry.getValue()));
          return left.size() == before && before > 0
              ? CompletableFuture.completedFuture(null)
              : replace(left, znode.get())
                  .thenCompose(
                      done -> done ? CompletableFuture.completedFuture(null) : this.drop(which));
        });
  }

  /** Whether it could be written; not if somebody else has changed the node. */
  private CompletableFuture<Boolean> replace(
      Map<TopicPartition, List<Integer>> targets, Znode before) {
    int version = before.stat().getVersion();
    ZnodeOperation operation =
        targets.isEmpty()
            ? new ZnodeOperation.Delete(PATH, version)
            : new ZnodeOperation.Write(PATH, ReassignmentCodec.encode(targets), version);
    return store
        .write(List.of(operation))
        .thenApply(done -> true)
        .exceptionallyCompose(failure ->
            StoreFailures.isAboutNode(failure)
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(failure));
  }
}
