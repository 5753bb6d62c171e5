package org.odradek.controller.zookeeper;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;

/**
 * The directory nodes of a cluster. Its first broker makes them, but some are removed by hand, to
 * be rid of what is in them: then they are made again where they are missed.
 */
public final class DirectoryNodes {
  private DirectoryNodes() {}

  /** The paths of a node's ancestors, the root left out, and its own, parents first. */
  public static List<String> levels(String path) {
    List<String> levels = new ArrayList<>();
    for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
      levels.add(path.substring(0, end));
    }
    levels.add(path);
    return levels;
  }

  /** Makes each level that is missing; those that are there are no error. Any thread. */
  public static CompletableFuture<Void> ensure(ZooKeeperSession session, String path) {
    List<CompletableFuture<Void>> open = new ArrayList<>();
    for (String level : levels(path)) {
      open.add(
          session
              .create(level, null, CreateMode.PERSISTENT)
              .thenAccept(made -> {})
              .exceptionallyCompose(failure ->
                  Failures.code(failure) == KeeperException.Code.NODEEXISTS
                      ? CompletableFuture.completedFuture(null)
                      : CompletableFuture.failedFuture(failure)));
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new));
  }
}
