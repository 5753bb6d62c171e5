package org.odradek.controller;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads thousands of znodes in few round trips: some hundred with each request where nothing is
 * watched and the server knows how (ZooKeeper 3.6), else one with each request, but many requests
 * at a time. How many are open at once is bounded.
 *
 * <p>Thread-safety: any thread. Futures complete on the session's thread.
 */
public final class BulkReads {
  private static final Logger log = LoggerFactory.getLogger(BulkReads.class);

  /** 300 states, or assignments of small topics, are well below ZooKeeper's limit of a megabyte. */
  private static final int PATHS_PER_REQUEST = 300;

  private static final int OPEN_REQUESTS_MAX = 500;

  private enum Support {
    UNKNOWN,
    YES,
    NO
  }

  private final ZooKeeperSession session;
  private volatile Support support = Support.UNKNOWN;

  public BulkReads(ZooKeeperSession session) {
    this.session = session;
  }

  /** Nodes in the order of the paths; those that are not there are left out. */
  public CompletableFuture<Map<String, Znode>> read(List<String> paths, boolean watch) {
    if (watch || paths.size() == 1 || support == Support.NO) {
      return oneByOne(paths, watch);
    }
    if (support == Support.YES || paths.isEmpty()) {
      return inChunks(paths);
    }
    return session
        .readMany(paths.subList(0, 1))
        .thenCompose(done -> {
          support = Support.YES;
          return inChunks(paths);
        })
        .exceptionallyCompose(failure -> {
          if (Failures.code(failure) != KeeperException.Code.UNIMPLEMENTED) {
            return CompletableFuture.failedFuture(failure);
          }
          log.info("the ZooKeeper server is older than 3.6: nodes are read one by one");
          support = Support.NO;
          return oneByOne(paths, false);
        });
  }

  private CompletableFuture<Map<String, Znode>> inChunks(List<String> paths) {
    List<CompletableFuture<List<Optional<Znode>>>> open = new ArrayList<>();
    for (int from = 0; from < paths.size(); from += PATHS_PER_REQUEST) {
      open.add(
          session.readMany(paths.subList(from, Math.min(from + PATHS_PER_REQUEST, paths.size()))));
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .thenApply(done -> {
          Map<String, Znode> found = new LinkedHashMap<>();
          int next = 0;
          for (CompletableFuture<List<Optional<Znode>>> chunk : open) {
            for (Optional<Znode> znode : chunk.join()) {
              String path = paths.get(next++);
              znode.ifPresent(there -> found.put(path, there));
            }
          }
          return found;
        });
  }

  /** For nodes that may be large: some hundred of them could be more than one answer holds. */
  CompletableFuture<Map<String, Znode>> oneByOne(List<String> paths, boolean watch) {
    return new OneByOne(paths, watch).start();
  }

  /** As many requests as may be open; each that is answered makes room for the next. */
  private final class OneByOne {
    private final Queue<String> waiting;
    private final boolean watch;
    private final Map<String, Znode> found = new LinkedHashMap<>();
    private final CompletableFuture<Map<String, Znode>> all = new CompletableFuture<>();
    private int open;

    OneByOne(List<String> paths, boolean watch) {
      this.waiting = new ArrayDeque<>(paths);
      this.watch = watch;
    }

    CompletableFuture<Map<String, Znode>> start() {
      if (waiting.isEmpty()) {
        all.complete(found);
      }
      for (int i = 0; i < OPEN_REQUESTS_MAX; i++) {
        sendNext();
      }
      return all;
    }

    private void sendNext() {
      String path;
      synchronized (this) {
        path = waiting.poll();
        if (path == null) {
          return;
        }
        open++;
      }
      session
          .readIfPresent(path, watch)
          .whenComplete((znode, failure) -> answered(path, znode, failure));
    }

    private void answered(
        String path, @Nullable Optional<Znode> znode, @Nullable Throwable failure) {
      boolean isLast;
      synchronized (this) {
        open--;
        if (znode != null && znode.isPresent()) {
          found.put(path, znode.get());
        }
        if (failure != null) {
          waiting.clear();
        }
        isLast = open == 0 && waiting.isEmpty();
      }
      if (failure != null) {
        all.completeExceptionally(failure);
      } else if (isLast) {
        all.complete(found);
      } else {
        sendNext();
      }
    }
  }
}
