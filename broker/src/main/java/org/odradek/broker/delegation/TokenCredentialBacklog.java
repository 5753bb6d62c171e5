package org.odradek.broker.delegation;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.odradek.broker.authentication.ScramHash;

/**
 * Makes the credentials of tokens before they are needed, one token after another: each takes some
 * milliseconds of CPU time, and whoever needs them first is an event loop.
 *
 * <p>The queue is bounded by the number of tokens, which are in memory anyway; the logins that need
 * one before its turn, by {@link #LOGINS_MAX}.
 *
 * <p>Thread-safety: any thread.
 */
final class TokenCredentialBacklog {
  /** Logins that wait for a credential, or have one made; more are refused, and try again. */
  static final int LOGINS_MAX = 1_000;

  private final Set<ScramHash> hashes;
  private final Executor executor;
  private final Queue<DelegationToken> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isRunning = new AtomicBoolean();
  private final Semaphore loginsFree = new Semaphore(LOGINS_MAX);

  TokenCredentialBacklog(Set<ScramHash> hashes, Executor executor) {
    this.hashes = Set.copyOf(hashes);
    this.executor = executor;
  }

  /** Where one that is needed before its turn is to be made; refuses when too many wait. */
  Executor executor() {
    return this::runForLogin;
  }

  private void runForLogin(Runnable task) {
    if (!loginsFree.tryAcquire()) {
      throw new RejectedExecutionException(
          LOGINS_MAX + " logins wait for credentials of delegation tokens");
    }
    try {
      executor.execute(() -> {
        try {
          task.run();
        } finally {
          loginsFree.release();
        }
      });
    } catch (RejectedExecutionException e) {
      loginsFree.release(); // the broker stops
      throw e;
    }
  }

  void add(DelegationToken token) {
    if (!hashes.isEmpty()) {
      waiting.add(token);
      run();
    }
  }

  /** Completes when those of all tokens are made that are there now. */
  CompletableFuture<Void> whenMade() {
    return CompletableFuture.runAsync(this::makeAll, executor);
  }

  private void makeAll() {
    for (DelegationToken token = waiting.poll(); token != null; token = waiting.poll()) {
      make(token);
    }
  }

  private void run() {
    if (isRunning.compareAndSet(false, true)) {
      try {
        executor.execute(this::makeNext);
      } catch (RejectedExecutionException e) {
        isRunning.set(false); // the broker stops
      }
    }
  }

  /** One at a time, as others have tasks too. */
  private void makeNext() {
    DelegationToken token = waiting.poll();
    try {
      if (token != null) {
        make(token);
      }
    } finally {
      isRunning.set(false);
      if (!waiting.isEmpty()) {
        run();
      }
    }
  }

  private void make(DelegationToken token) {
    for (ScramHash hash : hashes) {
      var unused = token.credentials().of(token.password(), hash);
    }
  }
}
