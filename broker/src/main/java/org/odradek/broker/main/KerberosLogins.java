package org.odradek.broker.main;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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

  private static final Refresher.Backoff BACKOFF = new Refresher.Backoff(10_000, 60_000);

  /** Where logging in and out is done, as both may wait. */
  private final Executor executor;

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

  KerberosLogins(Executor executor) {
    this.executor = executor;
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
    return keep(entry, login, login.logIn());
  }

  /** As {@link #logIn}, without waiting; fails as it does, or when too much is being done. */
  CompletableFuture<Void> tryOut(JaasEntry entry, Supplier<KerberosLogin> maker) {
    CompletableFuture<Void> tried = new CompletableFuture<>();
    try {
      executor.execute(() -> {
        try {
          var unused = logIn(entry, maker);
          tried.complete(null);
        } catch (IOException | RuntimeException e) {
          tried.completeExceptionally(e);
        }
      });
    } catch (RejectedExecutionException e) {
      tried.completeExceptionally(
          new IOException("too many logins to Kerberos are under way; try again", e));
    }
    return tried;
  }

  /** Without waiting: a login that is not there yet is made at the next tick. */
  KerberosLogin logInSoon(JaasEntry entry, Supplier<KerberosLogin> maker) {
    KerberosLogin known = find(entry);
    return known != null ? known : keep(entry, maker.get(), 0);
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
    return over;
  }
}
