package org.odradek.controller.zookeeper;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One directory with nodes in memory, that can be read, made and watched; each path fails as it is
 * told to. Everything happens at once, on the caller's thread.
 */
final class FailingSession implements ZooKeeperSession {
  private final String directory;
  private final Map<String, String> nodes = new TreeMap<>();
  private final Map<String, Code> failing = new HashMap<>();
  private final List<Consumer<SessionEvent>> subscribers = new ArrayList<>();
  private boolean isWatched;

  FailingSession(String directory) {
    this.directory = directory;
  }

  /** Fails every request for the path from now on. */
  void fail(String path, Code code) {
    failing.put(path, code);
  }

  void succeed(String path) {
    failing.remove(path);
  }

  /** Somebody puts a node into the directory. */
  void notice(String name, String text) {
    nodes.put(directory + "/" + name, text);
    tellWatcher(new SessionEvent.ZnodeChildrenChanged(directory));
  }

  /** Somebody removes the directory. */
  void directoryRemoved() {
    nodes.clear();
    tellWatcher(new SessionEvent.ZnodeDeleted(directory));
  }

  private void tellWatcher(SessionEvent event) {
    if (isWatched) {
      isWatched = false;
      List.copyOf(subscribers).forEach(subscriber -> subscriber.accept(event));
    }
  }

  private <T> CompletableFuture<T> unlessFailing(String path, Supplier<T> answer) {
    Code code = failing.get(path);
    return code == null
        ? CompletableFuture.completedFuture(answer.get())
        : CompletableFuture.failedFuture(KeeperException.create(code, path));
  }

  @Override
  public CompletableFuture<Znode> read(String path, boolean watch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Optional<Znode>> readIfPresent(String path, boolean watch) {
    return unlessFailing(
        path,
        () ->
            Optional.ofNullable(nodes.get(path))
                .map(text -> new Znode(text.getBytes(StandardCharsets.UTF_8), new Stat())));
  }

  @Override
  public CompletableFuture<List<Optional<Znode>>> readMany(List<String> paths) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> sync(String path) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Optional<Stat>> exists(String path, boolean watch) {
    return unlessFailing(path, () -> Optional.of(new Stat()));
  }

  @Override
  public CompletableFuture<List<String>> children(String path, boolean watch) {
    return unlessFailing(
        path,
        () -> {
          isWatched |= watch;
          return nodes.keySet().stream().map(each -> each.substring(path.length() + 1)).toList();
        });
  }

  @Override
  public CompletableFuture<String> create(String path, byte @Nullable [] data, CreateMode mode) {
    return unlessFailing(path, () -> path);
  }

  @Override
  public CompletableFuture<Stat> write(String path, byte @Nullable [] data, int expectedVersion) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> delete(String path, int expectedVersion) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<List<OpResult>> multi(List<ZnodeOperation> operations) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long sessionId() {
    return 1;
  }

  @Override
  public int sessionTimeoutMs() {
    return 18_000;
  }

  @Override
  public void subscribe(Consumer<SessionEvent> subscriber) {
    subscribers.add(subscriber);
  }
}
