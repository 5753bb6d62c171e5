package org.odradek.controller;

import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.odradek.controller.znode.NotificationCodec;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperSession;

/**
 * How a broker tells the controller that one of its log directories failed (KIP-112), so that
 * others lead what was there. Thread-safety: any thread, nothing blocks.
 */
public final class LogDirectoryNotifier {
  private final ZooKeeperSession session;
  private final int brokerId;

  public LogDirectoryNotifier(ZooKeeperSession session, int brokerId) {
    this.session = session;
    this.brokerId = brokerId;
  }

  public CompletableFuture<Void> directoryFailed() {
    return session
        .create(
            ZnodePaths.LOG_DIR_EVENT_PREFIX,
            NotificationCodec.encodeLogDirFailure(brokerId),
            CreateMode.PERSISTENT_SEQUENTIAL)
        .thenAccept(path -> {});
  }
}
