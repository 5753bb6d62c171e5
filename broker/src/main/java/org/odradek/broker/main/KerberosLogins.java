package org.odradek.broker.main;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.Refresher;
import org.odradek.broker.authentication.gssapi.KerberosLogin;

/**
 * The logins to Kerberos that this broker has, one for each module of its JAAS configuration. Those
 * in use are renewed; one that no listener has any more is not, and logged out when logins of
 * clients that began with it are over. One that was only tried goes the same way.
 *
 * <p>Thread-safety: any thread; {@link #tick} from one. Only {@link #logIn} blocks.
 */
final class KerberosLogins {
  /** Clients' logins, and requests to change a configuration, are over after so long. */
  static final long UNUSED_MAX_MS = 120_000;

  /**
   * Requests to change a configuration wait for a KDC no longer than that; clients give up after 30
   * s by default.
   */
  private static final long TRIAL_MAX_MS = 25_000;

  private static final Refresher.Backoff BACKOFF = new Refresher.Backoff(10_000, 60_000);

  /** Where logging in again, and out, is done, as both may wait. */
  private final Executor executor;

  /** Where logins are tried: those that are in use do not wait for a KDC of others. */
  private final Executor trials;

  private final long trialMaxMs;
  private final Map<JaasEntry, Kept> kept = new HashMap<>();
  private long nowMs;

  /** One of them; guarded by the outer class. */
  private static final class Kept {
    final KerberosLogin login;
    final Refresher refresher;
    boolean isUsed;
    long unusedSinceMs;

    Kept(KerberosLogin login, Refresher refresher) {
      this.login = login;
      this.refresher = refresher;
    }
  }

  KerberosLogins(Executor executor, Executor trials) {
    this(executor, trials, TRIAL_MAX_MS);
  }

  /**
   * @param trialMaxMs how long {@link #tryOut} may take
   */
  KerberosLogins(Executor executor, Executor trials, long trialMaxMs) {
    this.executor = executor;
    this.trials = trials;
    this.trialMaxMs = trialMaxMs;
  }

  /**
   * Logs in and waits for it, unless that is done.
   *
   * @param maker of the login where there is none yet
   * @throws IOException with a message for a person
   */
  KerberosLogin logIn(JaasEntry entry, Supplier<KerberosLogin> maker) throws IOException {
    KerberosLogin known = find(entry);
    if (known != null && known.isLoggedIn()) {
      return known;
    }
    KerberosLogin login = known != null ? known : maker.get();
    long nextMs = login.logIn();
    synchronized (this) {
      if (!login.isOver()) {
        return keep(entry, login, nextMs);
      }
    }
    return logIn(entry, maker); // it took so long that it was ended meanwhile
  }

  /**
   * As {@link #logIn}, without waiting; fails as it does, when too much is being done, or when it
   * is not over in time: whoever waits for a KDC keeps others waiting.
   */
  CompletableFuture<Void> tryOut(JaasEntry entry, Supplier<KerberosLogin> maker) {
    CompletableFuture<Void> tried = new CompletableFuture<>();
    try {
      trials.execute(() -> tryOut(entry, maker, tried));
    } catch (RejectedExecutionException e) {
      tried.completeExceptionally(
          new IOException("too many logins to Kerberos are under way; try again", e));
      return tried;
    }
    CompletableFuture.delayedExecutor(trialMaxMs, TimeUnit.MILLISECONDS)
        .execute(() ->
            tried.completeExceptionally(
                new IOException(
                    "the KDC did not answer within "
                        + trialMaxMs
                        + " ms, so that it is not known whether this broker can log in; see"
                        + " whether it runs and can be reached (krb5.conf), and try again")));
    return tried;
  }

  private void tryOut(
      JaasEntry entry, Supplier<KerberosLogin> maker, CompletableFuture<Void> tried) {
    if (tried.isDone()) {
      return; // a thread came too late
    }
    try {
      var unused = logIn(entry, maker);
      tried.complete(null);
    } catch (IOException | RuntimeException e) {
      tried.completeExceptionally(e);
    } catch (Throwable e) {
      // whoever waits must not do so for ever
      tried.completeExceptionally(new IOException("the login failed unexpectedly: " + e, e));
      throw e;
    }
  }

  /** Without waiting: a login that is not there yet is made at the next tick. */
  KerberosLogin logInSoon(JaasEntry entry, Supplier<KerberosLogin> maker) {
    KerberosLogin known = find(entry);
    return known != null ? known : keep(entry, maker.get(), 0);
  }

  /** Whether there is a login of an entry. */
  boolean isLoggedIn(JaasEntry entry) {
    KerberosLogin known = find(entry);
    return known != null && known.isLoggedIn();
  }

  private synchronized @Nullable KerberosLogin find(JaasEntry entry) {
    Kept found = kept.get(entry);
    if (found == null) {
      return null;
    }
    found.unusedSinceMs = nowMs; // somebody asks for it, who may be about to use it
    return found.login;
  }

  private synchronized KerberosLogin keep(JaasEntry entry, KerberosLogin login, long inMs) {
    Kept other = kept.get(entry);
    if (other != null) {
      return other.login;
    }
    Kept made = new Kept(login, Refresher.startingIn(nowMs + inMs, login::logIn, BACKOFF));
    made.unusedSinceMs = nowMs;
    kept.put(entry, made);
    return login;
  }

  /** Which of them are in use from now on. */
  synchronized void used(Predicate<KerberosLogin> isUsed) {
    for (Kept each : kept.values()) {
      boolean was = each.isUsed;
      each.isUsed = isUsed.test(each.login);
      if (was && !each.isUsed) {
        each.unusedSinceMs = nowMs;
      }
    }
  }

  /**
   * Renews what is due, and ends what is not used any more.
   *
   * @param atMs of a clock that began with this and does not go back
   */
  void tick(long atMs) {
    for (Kept each : inUse(atMs)) {
      each.refresher.tick(atMs, executor);
    }
    takeUnused()
        .forEach(login -> {
          try {
            executor.execute(login::logOut);
          } catch (RejectedExecutionException e) {
            // busy, or over: the garbage collector has it
          }
        });
  }

  private synchronized List<Kept> inUse(long atMs) {
    nowMs = atMs;
    return kept.values().stream().filter(each -> each.isUsed).toList();
  }

  private synchronized List<KerberosLogin> takeUnused() {
    Predicate<Kept> isOver = each -> !each.isUsed && nowMs - each.unusedSinceMs >= UNUSED_MAX_MS;
    List<KerberosLogin> over =
        kept.values().stream().filter(isOver).map(each -> each.login).toList();
    kept.values().removeIf(isOver);
    over.forEach(KerberosLogin::end); // none of them comes back
    return over;
  }
}
