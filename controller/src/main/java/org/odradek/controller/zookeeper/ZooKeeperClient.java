package org.odradek.controller.zookeeper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
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
 * <p>A request that loses its connection is kept and sent again after reconnecting, until it has
 * lost several in a row; one whose session expires fails. What ZooKeeper cannot transmit costs a
 * connection each time, and all that waits loses it too: so those that have lost some already are
 * sent one at a time, and only the one that is the cause fails. A write that is too large is
 * refused at once. Requests made after the expiry, but before there is a new handle, fail too;
 * later ones wait until the new session is there.
 *
 * <p>Thread-safety: as the interface says. {@link #connect} and {@link #close} block.
 */
public final class ZooKeeperClient implements ZooKeeperSession, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ZooKeeperClient.class);
  private static final long RENEW_RETRY_MS = 1_000;
  private static final int CLOSE_WAIT_MS = 3_000;

  /** After so many lost connections a request is a suspect: it may be what breaks them. */
  private static final int LOSSES_OF_SUSPECT = 2;

  private static final int LOSSES_MAX = 5;

  private final ZooKeeperClientConfig config;
  private final List<Consumer<SessionEvent>> subscribers = new CopyOnWriteArrayList<>();
  private final CountDownLatch firstConnection = new CountDownLatch(1);
  private final Object lock = new Object();
  private volatile boolean isRefused; // the login, before there was a first session

  // guarded by lock
  private final List<Reply<?>> waitingForConnection = new ArrayList<>();
  private int connections;
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
    String chroot = config.chroot();
    if (!chroot.isEmpty()) {
      ZooKeeperClientConfig rootOnly =
          new ZooKeeperClientConfig(
              config.servers(),
              config.sessionTimeout(),
              config.connectionTimeout(),
              config.protection(),
              config.login(),
              config.tls());
      try (ZooKeeperClient root = open(rootOnly)) {
        Chroot.ensure(root, chroot);
      }
    }
    return open(config);
  }

  private static ZooKeeperClient open(ZooKeeperClientConfig config)
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
    return request(
        path,
        (zk, reply) ->
            zk.getData(
                path,
                watch,
                (rc, p, context, data, stat) ->
                    reply.complete(rc, path, () -> new Znode(data, stat)),
                null));
  }

  @Override
  public CompletableFuture<Optional<Znode>> readIfPresent(String path, boolean watch) {
    return request(
        path,
        (zk, reply) ->
            zk.getData(
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
    return request(
        paths.getFirst(),
        (zk, reply) ->
            zk.multi(
                ops,
                (rc, p, context, results) -> ManyReads.complete(reply, rc, paths, results),
                null));
  }

  @Override
  public CompletableFuture<Optional<Stat>> exists(String path, boolean watch) {
    return request(
        path,
        (zk, reply) ->
            zk.exists(
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
    return request(
        path,
        (zk, reply) ->
            zk.getChildren(
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
        (zk, reply) ->
            zk.create(
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
        (zk, reply) ->
            zk.setData(
                path,
                data,
                expectedVersion,
                (rc, p, context, stat) -> reply.complete(rc, path, () -> stat),
                null));
  }

  @Override
  public CompletableFuture<Void> delete(String path, int expectedVersion) {
    return this.<Optional<Void>>request(
            path,
            (zk, reply) ->
                zk.delete(
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
        (zk, reply) ->
            zk.multi(
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
    List<Reply<?>> abandoned;
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      last = current;
      abandoned = new ArrayList<>(waitingForConnection);
      waitingForConnection.clear();
    }
    abandoned.forEach(Reply::send); // each sees that we are closed, and fails its request
    if (last != null) {
      try {
        last.zk().close(CLOSE_WAIT_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // ---- requests

  private interface Call<T> {
    void send(ZooKeeper zk, Reply<T> reply);
  }

  interface Value<T> {
    T get();
  }

  /** Does not send what would only cost the connection, for whatever else is under way too. */
  private <T> CompletableFuture<T> write(String path, long bytes, Call<T> call) {
    int max = RequestSize.max();
    return bytes > max
        ? CompletableFuture.failedFuture(new RequestTooLargeException(path, bytes, max))
        : request(path, call);
  }

  private <T> CompletableFuture<T> request(String path, Call<T> call) {
    Reply<T> reply = new Reply<>(path, call);
    reply.send();
    return reply.future;
  }

  /** What may be sent now: one suspect, and all others if wanted. */
  private List<Reply<?>> takeWaiting(boolean all) {
    List<Reply<?>> taken = new ArrayList<>();
    synchronized (lock) {
      boolean hasSuspect = false;
      for (Iterator<Reply<?>> each = waitingForConnection.iterator(); each.hasNext(); ) {
        Reply<?> reply = each.next();
        if (reply.isSuspect() ? !hasSuspect : all) {
          hasSuspect |= reply.isSuspect();
          taken.add(reply);
          each.remove();
        }
      }
    }
    return taken;
  }

  /** One request on its way: sent again after a lost connection, once answered it is complete. */
  final class Reply<T> {
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final String path;
    private final Call<T> call;
    private @Nullable Incarnation sentBy;

    // guarded by lock
    private int losses;
    private int lostLast = -1; // which connection

    Reply(String path, Call<T> call) {
      this.path = path;
      this.call = call;
    }

    /** Lets the next suspect go, if this was one. */
    private void done() {
      List<Reply<?>> next;
      synchronized (lock) {
        next = isSuspect() ? takeWaiting(false) : List.of();
      }
      next.forEach(Reply::send);
    }

    void send() {
      Incarnation incarnation;
      synchronized (lock) {
        incarnation = current;
        if (closed || incarnation == null || (sentBy != null && sentBy != incarnation)) {
          incarnation = null;
        } else {
          sentBy = incarnation;
        }
      }
      if (incarnation == null) {
        fail(Code.SESSIONEXPIRED, path);
      } else {
        call.send(incarnation.zk(), this);
      }
    }

    void succeed(T value) {
      future.complete(value);
      done();
    }

    void complete(int rc, String failedPath, Value<T> value) {
      Code code = Code.get(rc);
      if (code == Code.OK) {
        succeed(value.get());
      } else if (code == Code.CONNECTIONLOSS) {
        resendWhenConnected();
      } else {
        fail(code == null ? Code.SYSTEMERROR : code, failedPath);
      }
    }

    private void resendWhenConnected() {
      boolean isOver;
      synchronized (lock) {
        if (lostLast != connections) { // a connection that could not be made does not count
          lostLast = connections;
          losses++;
        }
        isOver = losses > LOSSES_MAX;
        Incarnation by = sentBy;
        if (!isOver
            && !closed
            && by != null
            && by == current
            && (isSuspect() ? by.isAlive() : by.isConnecting())) {
          waitingForConnection.add(this);
          return;
        }
      }
      if (isOver) {
        log.error(
            "a request for {} lost its connection to ZooKeeper {} times and is given up: it, or its"
                + " answer, may be larger than jute.maxbuffer={}",
            path,
            LOSSES_MAX + 1,
            RequestSize.max());
        fail(Code.CONNECTIONLOSS, path);
      } else {
        send(); // connected again by now; or over, and then this fails the request
      }
    }

    private boolean isSuspect() {
      return losses >= LOSSES_OF_SUSPECT;
    }

    private void fail(Code code, String failedPath) {
      future.completeExceptionally(KeeperException.create(code, failedPath));
      done();
    }
  }

  // ---- sessions

  /** One handle of the ZooKeeper client, good for one session. */
  private final class Incarnation implements Watcher {
    private @Nullable ZooKeeper zk; // guarded by lock
    private boolean established; // event thread only

    ZooKeeper zk() {
      synchronized (lock) {
        ZooKeeper handle = zk;
        if (handle == null) {
          throw new IllegalStateException("the ZooKeeper handle is not there yet");
        }
        return handle;
      }
    }

    boolean isAlive() {
      return zk().getState().isAlive();
    }

    boolean isConnecting() {
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
      List<Reply<?>> again;
      synchronized (lock) {
        connections++;
        again = takeWaiting(true);
      }
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
      again.forEach(Reply::send);
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
      List<Reply<?>> lost;
      boolean renew;
      synchronized (lock) {
        lost = new ArrayList<>(waitingForConnection);
        waitingForConnection.clear();
        renew = !closed && current == this;
      }
      publish(new SessionEvent.Expired(zk().getSessionId()));
      if (renew) {
        // Making a handle resolves host names and may wait for DNS: not on this thread.
        Thread.ofVirtual().name("zookeeper-session-renewal").start(() -> renew(lost, pause));
      }
    }
  }

  private void renew(List<Reply<?>> lost, boolean pauseFirst) {
    boolean pause = pauseFirst;
    while (true) {
      try {
        if (pause) {
          Thread.sleep(RENEW_RETRY_MS);
        }
        pause = true;
        begin();
        lost.forEach(Reply::send); // their session is over: each fails its request
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
    int timeoutMs = Math.toIntExact(config.sessionTimeout().toMillis());
    synchronized (lock) {
      if (closed) {
        return;
      }
      Incarnation next = new Incarnation();
      // The watcher may be called before the constructor has returned; it waits for this lock.
      next.zk =
          new ZooKeeper(
              config.servers() + config.chroot(),
              timeoutMs,
              next,
              new ClientSettings(config.login(), config.tls()));
      current = next;
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
