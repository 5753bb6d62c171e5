package org.odradek.controller;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.zookeeper.SessionEvent;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperSession;

/**
 * A session whose process ends after so many transactions: nothing that it asks for later is done
 * or answered. Thread-safe.
 */
final class CrashingSession implements ZooKeeperSession {
  private final ZooKeeperSession session;
  private int transactionsLeft = Integer.MAX_VALUE;
  private boolean isCrashed;
  private Runnable onCrash = () -> {};

  CrashingSession(ZooKeeperSession session) {
    this.session = session;
  }

  /** Lets so many transactions through, and calls {@code then} instead of the next one. */
  synchronized void crashAfter(int transactions, Runnable then) {
    transactionsLeft = transactions;
    onCrash = then;
  }

  synchronized boolean isCrashed() {
    return isCrashed;
  }

  private synchronized <T> CompletableFuture<T> unlessCrashed(
      Supplier<CompletableFuture<T>> operation) {
    return isCrashed ? new CompletableFuture<>() : operation.get();
  }

  @Override
  public synchronized CompletableFuture<List<OpResult>> multi(List<ZnodeOperation> operations) {
    if (!isCrashed && transactionsLeft == 0) {
      isCrashed = true;
      onCrash.run();
    }
    transactionsLeft--;
    return unlessCrashed(() -> session.multi(operations));
  }

  @Override
  public CompletableFuture<List<Optional<Znode>>> readMany(List<String> paths) {
    return unlessCrashed(() -> session.readMany(paths));
  }

  @Override
  public CompletableFuture<Znode> read(String path, boolean watch) {
    return unlessCrashed(() -> session.read(path, watch));
  }

  @Override
  public CompletableFuture<Optional<Znode>> readIfPresent(String path, boolean watch) {
    return unlessCrashed(() -> session.readIfPresent(path, watch));
  }

  @Override
  public CompletableFuture<Void> sync(String path) {
    return unlessCrashed(() -> session.sync(path));
  }

  @Override
  public CompletableFuture<Optional<Stat>> exists(String path, boolean watch) {
    return unlessCrashed(() -> session.exists(path, watch));
  }

  @Override
  public CompletableFuture<List<String>> children(String path, boolean watch) {
    return unlessCrashed(() -> session.children(path, watch));
  }

  @Override
  public CompletableFuture<String> create(String path, byte @Nullable [] data, CreateMode mode) {
    return unlessCrashed(() -> session.create(path, data, mode));
  }

  @Override
  public CompletableFuture<Stat> write(String path, byte @Nullable [] data, int expectedVersion) {
    return unlessCrashed(() -> session.write(path, data, expectedVersion));
  }

  @Override
  public CompletableFuture<Void> delete(String path, int expectedVersion) {
    return unlessCrashed(() -> session.delete(path, expectedVersion));
  }

  @Override
  public long sessionId() {
    return session.sessionId();
  }

  @Override
  public int sessionTimeoutMs() {
    return session.sessionTimeoutMs();
  }

  @Override
  public void subscribe(Consumer<SessionEvent> subscriber) {
    session.subscribe(event -> {
      if (!isCrashed()) {
        subscriber.accept(event);
      }
    });
  }
}
