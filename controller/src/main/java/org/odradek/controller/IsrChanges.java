package org.odradek.controller;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.odradek.controller.znode.NotificationCodec;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ISRs that leaders have written to ZooKeeper themselves (brokers before AlterPartition, KIP-497):
 * they are read again, and all brokers hear of them. Belongs to the controller's thread.
 */
final class IsrChanges {
  private static final Logger log = LoggerFactory.getLogger(IsrChanges.class);

  private final ControllerContext context;
  private final ControllerStore store;
  private final ControlRequestBatch batch;
  private final IsrListener listener;

  IsrChanges(
      ControllerContext context,
      ControllerStore store,
      ControlRequestBatch batch,
      IsrListener listener) {
    this.context = context;
    this.store = store;
    this.batch = batch;
    this.listener = listener;
  }

  /** Removes what was notified before we were elected: all states are read anyway. */
  CompletableFuture<Void> skip() {
    return store
        .watchDirectory(ZnodePaths.ISR_CHANGES)
        .thenCompose(names -> store.deleteAll(paths(names)));
  }

  /** Reads the notifications, follows them, and removes them. */
  CompletableFuture<Void> notified() {
    return store
        .watchDirectory(ZnodePaths.ISR_CHANGES)
        .thenCompose(names -> store.readEach(paths(names)))
        .thenCompose(notifications ->
            refresh(changed(notifications))
                .thenCompose(done -> store.deleteAll(List.copyOf(notifications.keySet()))));
  }

  private static List<String> paths(List<String> names) {
    return names.stream().map(name -> ZnodePaths.ISR_CHANGES + "/" + name).toList();
  }

  private static Set<TopicPartition> changed(Map<String, Znode> notifications) {
    Set<TopicPartition> changed = new LinkedHashSet<>();
    notifications.forEach((path, znode) -> {
      try {
        changed.addAll(NotificationCodec.decodeIsrChange(path, znode.data()));
      } catch (ZnodeFormatException e) {
        log.warn("ignored an ISR change notification: {}", e.getMessage());
      }
    });
    return changed;
  }

  private CompletableFuture<Void> refresh(Set<TopicPartition> changed) {
    List<TopicPartition> known =
        changed.stream().filter(partition -> context.assignment(partition) != null).toList();
    if (known.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return store
        .readStates(known)
        .thenCompose(states -> {
          states.forEach(context::putState);
          batch.updateMetadata(states.keySet());
          batch.send();
          return listener.isrsChanged(states.keySet());
        });
  }
}
