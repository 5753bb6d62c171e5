package org.odradek.controller.zookeeper;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests to ZooKeeper that have no answer yet: decides which of them are sent again after a
 * lost connection, when, and which are given up.
 *
 * <p>A request that loses its connection waits for the next one, until it has lost several in a
 * row. What ZooKeeper cannot transmit costs a connection each time, and all that waits loses it
 * too: so those that have lost some already, the suspects, are sent one at a time, and only the one
 * that is the cause fails. A request belongs to the handle that it was first sent by: it fails once
 * there is another, or none. What bounds the number of requests is who makes them: the controller
 * and the handlers wait for their answers.
 *
 * <p>Thread-safety: any thread. Requests are sent, and futures completed, without a lock.
 *
 * @param <H> what requests are sent by
 */
final class PendingRequests<H extends PendingRequests.Handle> {
  private static final Logger log = LoggerFactory.getLogger(PendingRequests.class);

  /** After so many lost connections a request is a suspect: it may be what breaks them. */
  static final int LOSSES_OF_SUSPECT = 2;

  /** After one more a request is given up. */
  static final int LOSSES_MAX = 5;

  /** What can transmit requests, over one connection after the other, while its session lasts. */
  interface Handle {
    /** Whether there is a session, or there may be one yet. */
    boolean isAlive();

    /** Whether it is alive, but has no connection at the moment. */
    boolean isConnecting();
  }

  /** Gives a request to the handle; the answer goes to the reply, on another thread. */
  @FunctionalInterface
  interface Call<H, T> {
    void send(H handle, Reply<T> reply);
  }

  private final Object lock = new Object();

  // guarded by lock
  private final List<Request<?>> waiting = new ArrayList<>();
  private int connections;
  private @Nullable H current; // none before the first, and after the end

  /**
   * Sends a request; without a handle it fails.
   *
   * @param path the node to name in a failure
   * @return fails with a {@link KeeperException}
   */
  <T> CompletableFuture<T> send(String path, Call<H, T> call) {
    Request<T> request = new Request<>(path, call);
    request.send();
    return request.future;
  }

  /** New requests are sent by this handle. Those of the one before are to be failed next. */
  void sendBy(H next) {
    synchronized (lock) {
      current = next;
    }
  }

  /** There is a new connection: sends what waits for it, of the suspects only one. */
  void connected() {
    List<Request<?>> again;
    synchronized (lock) {
      connections++;
      again = takeWaiting(true);
    }
    again.forEach(Request::send);
  }

  /** Fails those that wait for a connection of a handle that is not the current one any more. */
  void failThoseOfOldHandles() {
    List<Request<?>> lost;
    synchronized (lock) {
      lost = take(request -> request.sentBy != current);
    }
    lost.forEach(Request::send); // each sees that its handle is gone, and fails
  }

  /** Fails what waits, and all that comes from now on. */
  void close() {
    synchronized (lock) {
      current = null;
    }
    failThoseOfOldHandles();
  }

  /** What may be sent now: one suspect, and all others if wanted. */
  private List<Request<?>> takeWaiting(boolean all) {
    boolean[] hasSuspect = new boolean[1];
    return take(request -> {
      if (!request.isSuspect()) {
        return all;
      }
      boolean isFirst = !hasSuspect[0];
      hasSuspect[0] = true;
      return isFirst;
    });
  }

  private List<Request<?>> take(Predicate<Request<?>> which) {
    List<Request<?>> taken = new ArrayList<>();
    synchronized (lock) {
      for (Iterator<Request<?>> each = waiting.iterator(); each.hasNext(); ) {
        Request<?> request = each.next();
        if (which.test(request)) {
          taken.add(request);
          each.remove();
        }
      }
    }
    return taken;
  }

  /** One request on its way: sent again after a lost connection, once answered it is complete. */
  private final class Request<T> implements Reply<T> {
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final String path;
    private final Call<H, T> call;

    // guarded by lock
    private @Nullable H sentBy;
    private int losses;
    private int lostLast = -1; // which connection

    Request(String path, Call<H, T> call) {
      this.path = path;
      this.call = call;
    }

    void send() {
      H handle;
      synchronized (lock) {
        handle = sentBy == null || sentBy == current ? current : null;
        if (handle != null) {
          sentBy = handle;
        }
      }
      if (handle == null) {
        fail(Code.SESSIONEXPIRED, path);
      } else {
        call.send(handle, this);
      }
    }

    @Override
    public void succeed(T value) {
      future.complete(value);
      done();
    }

    @Override
    public void complete(int rc, String failedPath, Value<T> value) {
      Code code = Code.get(rc);
      if (code == Code.OK) {
        succeed(value.get());
      } else if (code == Code.CONNECTIONLOSS) {
        onConnectionLoss();
      } else {
        fail(code == null ? Code.SYSTEMERROR : code, failedPath);
      }
    }

    private void onConnectionLoss() {
      boolean isOver;
      synchronized (lock) {
        if (lostLast != connections) { // a connection that could not be made does not count
          lostLast = connections;
          losses++;
        }
        isOver = losses > LOSSES_MAX;
        if (!isOver && hasToWait()) {
          waiting.add(this);
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

    /** A suspect waits for its turn even where there is a connection again. */
    private boolean hasToWait() {
      H by = sentBy;
      return by != null && by == current && (isSuspect() ? by.isAlive() : by.isConnecting());
    }

    private boolean isSuspect() {
      return losses >= LOSSES_OF_SUSPECT;
    }

    private void fail(Code code, String failedPath) {
      future.completeExceptionally(KeeperException.create(code, failedPath));
      done();
    }

    /** Lets the next suspect go, if this was one. */
    private void done() {
      List<Request<?>> next;
      synchronized (lock) {
        next = isSuspect() ? takeWaiting(false) : List.of();
      }
      next.forEach(Request::send);
    }
  }
}
