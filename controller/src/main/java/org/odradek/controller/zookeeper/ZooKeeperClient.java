package org.odradek.controller.zookeeper;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session over a real ZooKeeper, that outlives expiry: a new session replaces an expired one,
 * and subscribers hear of both.
 *
 * <p>A request that loses its connection is sent again after reconnecting (see {@link
 * PendingRequests}); one whose session expires fails. A write that is too large is refused at once.
 * Requests made after the expiry, but before there is a new handle, fail too; later ones wait until
 * the new session is there.
 *
 * <p>Thread-safety: as the interface says. {@link #connect} and {@link #close} block.
 */
public final class ZooKeeperClient implements ZooKeeperSession, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ZooKeeperClient.class);
  private static final long RENEW_RETRY_MS = 1_000;
  private static final int CLOSE_WAIT_MS = 3_000;

  private final ZooKeeperClientConfig config;
  private final List<Consumer<SessionEvent>> subscribers = new CopyOnWriteArrayList<>();
  private final CountDownLatch firstConnection = new CountDownLatch(1);
  private final Object lock = new Object();
  private volatile boolean isRefused; // the login, before there was a first session

  private final PendingRequests<Incarnation> requests = new PendingRequests<>();

  // guarded by lock
  private @Nullable Incarnation current;
  private boolean closed;

  private ZooKeeperClient(ZooKeeperClientConfig config) {
    this.config = config;
  }

  /**
   * Connects, and makes the chroot if it is not there. Blocks until the session is there or the
   * connection timeout is over.
   */
  public static ZooKeeperClient connect(ZooKeeperClientConfig config)
      throws IOException, InterruptedException {
    Chroot.ensure(config);
    return open(config);
  }

  /** Connects; the chroot has to be there. Blocks as {@link #connect} does. */
  static ZooKeeperClient open(ZooKeeperClientConfig config)
      throws IOException, InterruptedException {
    ZooKeeperClient client = new ZooKeeperClient(config);
    try {
      client.begin();
    } catch (IOException | IllegalArgumentException e) {
      client.close();
      throw new ZooKeeperConnectException(
          "zookeeper.connect=%s is not usable: %s; expected host:port,host:port/chroot"
              .formatted(config.connect(), e.getMessage()),
          e);
    }
    long waitMs = config.connectionTimeout().toMillis();
    if (!client.firstConnection.await(waitMs, TimeUnit.MILLISECONDS)) {
      client.close();
      throw new ZooKeeperConnectException(
          ("no connection to ZooKeeper at %s within %d ms: check that it is running and that"
                  + " zookeeper.connect names it")
              .formatted(config.servers(), waitMs),
          null);
    }
    if (client.isRefused) {
      client.close();
      throw new ZooKeeperConnectException(client.refusal(), null);
    }
    return client;
  }

  private String refusal() {
    return "ZooKeeper at %s refused the login by the JAAS section %s: check its username and password, and the Server section of ZooKeeper's own JAAS file"
        .formatted(config.servers(), ZooKeeperLogin.section());
  }

  @Override
  public CompletableFuture<Znode> read(String path, boolean watch) {
    return requests.send(
        path,
        (by, reply) ->
            by.zk()
                .getData(
                    path,
                    watch,
                    (rc, p, context, data, stat) ->
                        reply.complete(rc, path, () -> new Znode(data, stat)),
                    null));
  }

  @Override
  public CompletableFuture<Optional<Znode>> readIfPresent(String path, boolean watch) {
    return requests.send(
        path,
        (by, reply) ->
            by.zk()
                .getData(
                    path,
                    watch,
                    (rc, p, context, data, stat) -> {
                      if (rc == Code.NONODE.intValue()) {
                        reply.succeed(Optional.empty());
                      } else {
                        reply.complete(rc, path, () -> Optional.of(new Znode(data, stat)));
                      }
                    },
                    null));
  }

  @Override
  public CompletableFuture<List<Optional<Znode>>> readMany(List<String> paths) {
    if (paths.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    List<Op> ops = paths.stream().map(Op::getData).toList();
    return requests.send(
        paths.getFirst(),
        (by, reply) ->
            by.zk()
                .multi(
                    ops,
                    (rc, p, context, results) -> ManyReads.complete(reply, rc, paths, results),
                    null));
  }

  @Override
  public CompletableFuture<Void> sync(String path) {
    return requests
        .<Optional<Void>>send(
            path,
            (by, reply) ->
                by.zk()
                    .sync(
                        path, (rc, p, context) -> reply.complete(rc, path, Optional::empty), null))
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Optional<Stat>> exists(String path, boolean watch) {
    return requests.send(
        path,
        (by, reply) ->
            by.zk()
                .exists(
                    path,
                    watch,
                    (rc, p, context, stat) -> {
                      if (rc == Code.NONODE.intValue()) {
                        reply.succeed(Optional.empty());
                      } else {
                        reply.complete(rc, path, () -> Optional.of(stat));
                      }
                    },
                    null));
  }

  @Override
  public CompletableFuture<List<String>> children(String path, boolean watch) {
    return requests.send(
        path,
        (by, reply) ->
            by.zk()
                .getChildren(
                    path,
                    watch,
                    (rc, p, context, children) -> reply.complete(rc, path, () -> children),
                    null));
  }

  @Override
  public CompletableFuture<String> create(String path, byte @Nullable [] data, CreateMode mode) {
    return write(
        path,
        config.chroot().length() + RequestSize.single(path, data),
        (by, reply) ->
            by.zk()
                .create(
                    path,
                    data,
                    config.protection().acls(path),
                    mode,
                    (rc, p, context, name) -> reply.complete(rc, path, () -> name),
                    null));
  }

  @Override
  public CompletableFuture<Stat> write(String path, byte @Nullable [] data, int expectedVersion) {
    return write(
        path,
        config.chroot().length() + RequestSize.single(path, data),
        (by, reply) ->
            by.zk()
                .setData(
                    path,
                    data,
                    expectedVersion,
                    (rc, p, context, stat) -> reply.complete(rc, path, () -> stat),
                    null));
  }

  @Override
  public CompletableFuture<Void> delete(String path, int expectedVersion) {
    return requests
        .<Optional<Void>>send(
            path,
            (by, reply) ->
                by.zk()
                    .delete(
                        path,
                        expectedVersion,
                        (rc, p, context) -> reply.complete(rc, path, Optional::empty),
                        null))
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<List<OpResult>> multi(List<ZnodeOperation> operations) {
    if (operations.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    List<Op> ops =
        operations.stream().map(operation -> operation.toOp(config.protection())).toList();
    return write(
        operations.getLast().path(),
        RequestSize.transaction(operations, config.chroot()),
        (by, reply) ->
            by.zk()
                .multi(
                    ops,
                    (rc, p, context, results) ->
                        reply.complete(rc, failingPath(operations, results), () -> results),
                    null));
  }

  /** The path of the operation that let a transaction fail. */
  private static String failingPath(
      List<ZnodeOperation> operations, @Nullable List<OpResult> results) {
    if (results != null) {
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i) instanceof OpResult.ErrorResult error
            && error.getErr() != Code.OK.intValue()) {
          return operations.get(i).path();
        }
      }
    }
    return operations.getFirst().path();
  }

  @Override
  public long sessionId() {
    synchronized (lock) {
      return current == null ? 0 : current.zk().getSessionId();
    }
  }

  @Override
  public int sessionTimeoutMs() {
    synchronized (lock) {
      int negotiated = current == null ? 0 : current.zk().getSessionTimeout();
      return negotiated > 0 ? negotiated : (int) config.sessionTimeout().toMillis();
    }
  }

  /** Whether ZooKeeper can be asked at this moment. */
  public boolean isConnected() {
    synchronized (lock) {
      return current != null && current.zk().getState().isConnected();
    }
  }

  @Override
  public void subscribe(Consumer<SessionEvent> subscriber) {
    subscribers.add(subscriber);
  }

  /**
   * Ends the session, which removes its ephemeral nodes; waits a few seconds for ZooKeeper's
   * answer. Requests still open fail.
   */
  @Override
  public void close() {
    Incarnation last;
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      last = current;
    }
    requests.close();
    if (last != null) {
      try {
        last.zk().close(CLOSE_WAIT_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Does not send what would only cost the connection, for whatever else is under way too. */
  private <T> CompletableFuture<T> write(
      String path, long bytes, PendingRequests.Call<Incarnation, T> call) {
    int max = RequestSize.max();
    return bytes > max
        ? CompletableFuture.failedFuture(new RequestTooLargeException(path, bytes, max))
        : requests.send(path, call);
  }

  // ---- sessions

  /** One handle of the ZooKeeper client, good for one session. */
  private final class Incarnation implements Watcher, PendingRequests.Handle {
    private final CompletableFuture<ZooKeeper> made = new CompletableFuture<>();
    private boolean established; // event thread only

    /** Waits while it is made: the watcher may be called before the constructor has returned. */
    ZooKeeper zk() {
      return made.join();
    }

    @Override
    public boolean isAlive() {
      return zk().getState().isAlive();
    }

    @Override
    public boolean isConnecting() {
      ZooKeeper.States state = zk().getState();
      return state.isAlive() && !state.isConnected();
    }

    @Override
    public void process(WatchedEvent event) {
      String path = event.getPath();
      switch (event.getType()) {
        case None -> onState(event.getState());
        case NodeCreated -> publish(new SessionEvent.ZnodeCreated(path));
        case NodeDeleted -> publish(new SessionEvent.ZnodeDeleted(path));
        case NodeDataChanged -> publish(new SessionEvent.ZnodeDataChanged(path));
        case NodeChildrenChanged -> publish(new SessionEvent.ZnodeChildrenChanged(path));
        default -> log.debug("ignored ZooKeeper event {}", event);
      }
    }

    private void onState(Event.@Nullable KeeperState state) {
      switch (state) {
        case null -> onAuthFailed(); // a client that could not begin its login says so
        case SyncConnected -> onConnected();
        case Disconnected -> {
          log.info("lost the connection to ZooKeeper at {}", config.servers());
          publish(new SessionEvent.Disconnected());
        }
        case Expired -> onExpired();
        case SaslAuthenticated -> firstConnection.countDown();
        case AuthFailed -> onAuthFailed();
        default -> log.debug("ZooKeeper session state {}", state);
      }
    }

    private void onConnected() {
      long sessionId = zk().getSessionId();
      if (established) {
        log.info("reconnected to ZooKeeper at {}, session 0x{}", config.servers(), hex(sessionId));
        publish(new SessionEvent.Reconnected(sessionId));
      } else {
        established = true;
        log.info("ZooKeeper session 0x{} at {}", hex(sessionId), config.connect());
        publish(new SessionEvent.Established(sessionId));
        if (!config.login()) {
          firstConnection.countDown();
        }
      }
      requests.connected();
    }

    /** Of a login that did not work the client may go on without one; or the session is over. */
    private void onAuthFailed() {
      if (zk().getState().isAlive()) {
        log.error(
            "The login to ZooKeeper by the JAAS section {} did not work, going on without",
            ZooKeeperLogin.section());
        firstConnection.countDown();
        return;
      }
      if (firstConnection.getCount() > 0) {
        isRefused = true;
        firstConnection.countDown();
      } else {
        log.error("{}", refusal());
        endOfSession(true);
      }
    }

    private void onExpired() {
      log.warn(
          "ZooKeeper session 0x{} expired: beginning a new one, and registering again",
          hex(zk().getSessionId()));
      endOfSession(false);
    }

    private void endOfSession(boolean pause) {
      boolean renew;
      synchronized (lock) {
        renew = !closed && current == this;
      }
      publish(new SessionEvent.Expired(zk().getSessionId()));
      if (renew) {
        // Making a handle resolves host names and may wait for DNS: not on this thread.
        Thread.ofVirtual().name("zookeeper-session-renewal").start(() -> renew(pause));
      }
    }
  }

  private void renew(boolean pauseFirst) {
    boolean pause = pauseFirst;
    while (true) {
      try {
        if (pause) {
          Thread.sleep(RENEW_RETRY_MS);
        }
        pause = true;
        begin();
        requests.failThoseOfOldHandles();
        return;
      } catch (IOException e) {
        log.warn("no new ZooKeeper session yet, trying again: {}", e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Makes a handle, whose connecting goes on in its own threads. */
  private void begin() throws IOException {
    synchronized (lock) {
      if (closed) {
        return;
      }
      Incarnation next = new Incarnation();
      ZooKeeper zk =
          new ZooKeeper(
              config.servers() + config.chroot(),
              Math.toIntExact(config.sessionTimeout().toMillis()),
              next,
              new ClientSettings(config.login(), config.tls()));
      current = next;
      requests.sendBy(next);
      next.made.complete(zk); // last: who is told of the new session may send requests at once
    }
  }

  private void publish(SessionEvent event) {
    for (Consumer<SessionEvent> subscriber : subscribers) {
      try {
        subscriber.accept(event);
      } catch (RuntimeException e) {
        log.error("a subscriber failed on {}", event, e);
      }
    }
  }

  private static String hex(long sessionId) {
    return Long.toHexString(sessionId);
  }
}
