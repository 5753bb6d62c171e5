package org.odradek.broker.main;

import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.zookeeper.Failures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a broker, and begins anew with another one where the ZooKeeper session ends meanwhile, as
 * it does on a machine that is busier than the session timeout allows for. A broker that runs
 * survives that; one that starts would have to take back what it has done in the old session.
 *
 * <p>Thread-safety: {@link #start} once, {@link #stop} by any thread.
 */
final class RepeatedStart<T extends RepeatedStart.Startable> {
  private static final Logger log = LoggerFactory.getLogger(RepeatedStart.class);
  private static final int ATTEMPTS_MAX = 5;

  /** What can be started once, and be stopped; a start that fails leaves nothing behind. */
  interface Startable {
    void start() throws Exception;

    void stop();
  }

  private final Supplier<T> parts;
  private @Nullable T current; // guarded by this
  private boolean isStopped; // guarded by this

  RepeatedStart(Supplier<T> parts) {
    this.parts = parts;
  }

  /** Returns what was started; throws what the last attempt failed with. */
  T start() throws Exception {
    for (int attempt = 1; ; attempt++) {
      T next = next();
      try {
        next.start();
        return next;
      } catch (Exception e) {
        boolean sessionIsOver = Failures.code(e) == KeeperException.Code.SESSIONEXPIRED;
        if (!sessionIsOver || attempt == ATTEMPTS_MAX || isStopped()) {
          throw e;
        }
        log.warn(
            "The ZooKeeper session ended while the broker started ({}), beginning anew: the machine"
                + " may be too busy for zookeeper.session.timeout.ms",
            String.valueOf(Failures.cause(e).getMessage()));
      }
    }
  }

  /** What is made after a stop is stopped before it starts, and then refuses to. */
  private T next() {
    T next = parts.get();
    boolean stop;
    synchronized (this) {
      current = next;
      stop = isStopped;
    }
    if (stop) {
      next.stop();
    }
    return next;
  }

  private synchronized boolean isStopped() {
    return isStopped;
  }

  void stop() {
    T last;
    synchronized (this) {
      isStopped = true;
      last = current;
    }
    if (last != null) {
      last.stop();
    }
  }
}
