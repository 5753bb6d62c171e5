package org.odradek.controller.registration;

import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperSession;

/** Broker ids for brokers without {@code broker.id} ({@code broker.id.generation.enable}). */
public final class BrokerIds {
  private BrokerIds() {}

  /**
   * The next id nobody has: above {@code reservedMax} ({@code reserved.broker.max.id}), so that it
   * does not meet those given by hand. Each write of {@code /brokers/seqid} raises its data
   * version, which is the sequence.
   */
  public static CompletableFuture<Integer> generate(ZooKeeperSession session, int reservedMax) {
    return session
        .write(ZnodePaths.BROKER_SEQUENCE, null, ZnodeOperation.ANY_VERSION)
        .thenApply(stat -> reservedMax + stat.getVersion())
        .exceptionallyCompose(failure -> {
          if (Failures.code(failure) != KeeperException.Code.NONODE) {
            return CompletableFuture.failedFuture(failure);
          }
          return create(session, ZnodePaths.BROKERS)
              .thenCompose(done -> create(session, ZnodePaths.BROKER_SEQUENCE))
              .thenCompose(done -> generate(session, reservedMax));
        });
  }

  private static CompletableFuture<String> create(ZooKeeperSession session, String path) {
    return session
        .create(path, null, CreateMode.PERSISTENT)
        .exceptionallyCompose(failure ->
            Failures.code(failure) == KeeperException.Code.NODEEXISTS
                ? CompletableFuture.completedFuture(path)
                : CompletableFuture.failedFuture(failure));
  }
}
