package org.odradek.controller.registration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.odradek.controller.znode.ClusterIdCodec;
import org.odradek.controller.znode.FeatureCodec;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperSession;

/** Makes what a starting broker needs to find in ZooKeeper, and finds out the cluster's id. */
public final class ClusterSetup {
  private ClusterSetup() {}

  /**
   * Makes the directory nodes that are missing and gives the cluster id.
   *
   * @param newClusterId the id to use if this cluster is new (22 characters of base64url)
   */
  public static CompletableFuture<String> prepare(
      ZooKeeperSession session, Supplier<String> newClusterId) {
    return session
        .readIfPresent(ZnodePaths.CLUSTER_ID, false)
        .thenCombine(missing(session), Findings::new)
        .thenCompose(found -> {
          if (found.clusterId().isPresent()) {
            String id = ClusterIdCodec.decode(found.clusterId().get().data());
            return session.multi(creations(found.missing())).thenApply(done -> id);
          }
          String id = newClusterId.get();
          List<ZnodeOperation> all = new ArrayList<>(creations(found.missing()));
          all.add(
              new ZnodeOperation.Create(
                  ZnodePaths.CLUSTER_ID, ClusterIdCodec.encode(id), CreateMode.PERSISTENT));
          return session.multi(all).thenApply(done -> id);
        })
        .exceptionallyCompose(failure ->
            Failures.code(failure) == KeeperException.Code.NODEEXISTS
                ? prepare(session, newClusterId) // another broker was faster: look again
                : CompletableFuture.failedFuture(failure));
  }

  private record Findings(
      Optional<org.odradek.controller.zookeeper.Znode> clusterId, List<String> missing) {}

  private static CompletableFuture<List<String>> missing(ZooKeeperSession session) {
    List<String> wanted = new ArrayList<>(ZnodePaths.PERSISTENT);
    wanted.add(ZnodePaths.FEATURE);
    List<CompletableFuture<String>> open = new ArrayList<>();
    for (String path : wanted) {
      open.add(session.exists(path, false).thenApply(stat -> stat.isPresent() ? "" : path));
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .thenApply(done ->
            open.stream().map(CompletableFuture::join).filter(path -> !path.isEmpty()).toList());
  }

  private static List<ZnodeOperation> creations(List<String> paths) {
    List<ZnodeOperation> creations = new ArrayList<>();
    for (String path : paths) {
      byte[] data = path.equals(ZnodePaths.FEATURE) ? FeatureCodec.encodeEmpty() : null;
      creations.add(new ZnodeOperation.Create(path, data, CreateMode.PERSISTENT));
    }
    return creations;
  }
}
