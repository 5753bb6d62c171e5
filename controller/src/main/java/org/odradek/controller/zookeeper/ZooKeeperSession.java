package org.odradek.controller.zookeeper;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The ZooKeeper session of this process. Requests are pipelined: many may be open at once, and
 * ZooKeeper executes those of one session in the order in which they were made.
 *
 * <p>A lost connection does not fail a request: it is sent again once the connection is back, so a
 * write may have been applied already when its answer is {@code NODEEXISTS}, {@code NONODE} or
 * {@code BADVERSION}; callers that care look at the owner or the data. A write larger than
 * ZooKeeper takes is not sent, and fails with {@link RequestTooLargeException}; a request that
 * loses one connection after the other, as its answer is too large, with {@code CONNECTIONLOSS}.
 * Everything else fails the future with {@link org.apache.zookeeper.KeeperException}, whose path is
 * that of the failing operation, also for {@link #multi}; when the session expires, the code is
 * {@code SESSIONEXPIRED}.
 *
 * <p>Thread-safety: all methods may be called from any thread and none blocks.
 */
public interface ZooKeeperSession {

  /** Reads data and stat; fails with {@code NONODE}. {@code watch}: tell of the next change. */
  CompletableFuture<Znode> read(String path, boolean watch);

  /** As {@link #read}, but empty when there is no node; then nothing is watched. */
  CompletableFuture<Optional<Znode>> readIfPresent(String path, boolean watch);

  /**
   * Reads many nodes with one request, in the order of the paths; empty for those that are not
   * there. Fails with {@code UNIMPLEMENTED} where the server is older than ZooKeeper 3.6, which
   * also closes the connection then (not the session): to be tried once.
   */
  CompletableFuture<List<Optional<Znode>>> readMany(List<String> paths);

  /**
   * Lets the server that this session asks hear of all that is done by now; what is read afterwards
   * is no older than that.
   */
  CompletableFuture<Void> sync(String path);

  /** The stat of a node if it is there; a watch is set in either case. */
  CompletableFuture<Optional<Stat>> exists(String path, boolean watch);

  /** The names (not paths) of the children, in no particular order; fails with {@code NONODE}. */
  CompletableFuture<List<String>> children(String path, boolean watch);

  /** Makes a node that anyone may change; gives its path (with the number of a sequential one). */
  CompletableFuture<String> create(String path, byte @Nullable [] data, CreateMode mode);

  /** Replaces the data of a node; {@link ZnodeOperation#ANY_VERSION} to overwrite anything. */
  CompletableFuture<Stat> write(String path, byte @Nullable [] data, int expectedVersion);

  CompletableFuture<Void> delete(String path, int expectedVersion);

  /** All of the operations, or none of them. */
  CompletableFuture<List<OpResult>> multi(List<ZnodeOperation> operations);

  /** The id of the current session, 0 before the first one. */
  long sessionId();

  /** How long ZooKeeper keeps this session without hearing from us, as negotiated. */
  int sessionTimeoutMs();

  /** Adds a subscriber of all events from now on; it must not block. */
  void subscribe(Consumer<SessionEvent> subscriber);
}
