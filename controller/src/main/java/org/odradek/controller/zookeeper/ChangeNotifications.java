package org.odradek.controller.zookeeper;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the sequential nodes of a directory, by which brokers and tools tell all others what has
 * changed: everything is loaded at the start and in each new session, then what each notification
 * names. Notifications older than a quarter of an hour are removed, as Kafka's brokers do. A
 * directory that was removed by hand is made again; its numbers begin anew, so everything is loaded
 * then, too.
 *
 * <p>What cannot be read, since a request was given up or a parent node was gone just then, is read
 * again soon, and everything with it, as nobody can say what of it has been missed: after a fifth
 * of a second, then in pauses that are twice as long each time, half a minute at most, until it has
 * succeeded.
 *
 * <p>Thread-safety: {@link #start} once; everything else happens on the session's event thread and
 * that of the timer, one reading at a time.
 */
public final class ChangeNotifications {
  private static final Logger log = LoggerFactory.getLogger(ChangeNotifications.class);
  private static final long KEPT_MS = 15 * 60 * 1000L;
  private static final long RETRY_FIRST_MS = 200;
  private static final long RETRY_MAX_MS = 30_000;

  /** Runs things later. Any thread may come in; what is due after the end is dropped. */
  @FunctionalInterface
  public interface Timer {
    /** Runs a task that does not block, not before {@code delayMs} have passed. */
    void runLater(Runnable task, long delayMs);
  }

  /** What is followed. */
  public interface Follower {
    /** Loads everything; called again in each new session. */
    CompletableFuture<Void> loadAll();

    /** Loads what a notification names; what cannot be understood is logged and passed over. */
    CompletableFuture<Void> changed(String path, byte @Nullable [] notification);
  }

  private final ZooKeeperSession session;
  private final String directory;
  private final String prefix;
  private final LongSupplier clockMs;
  private final Timer timer;
  private final Follower follower;

  private final Object lock = new Object();
  // guarded by lock: one reading at a time, and one more if something changed meanwhile
  private boolean isReading;
  private boolean readAgain;
  private boolean reloadAll;

  /** Readings that failed since the last one that did not. Guarded by lock. */
  private int failures;

  /** Whether the timer has been told to read again. Guarded by lock. */
  private boolean isRetryDue;

  private long lastSequence = -1;

  /** Which directory of this path {@link #lastSequence} is of. Guarded by lock. */
  private long directoryCzxid = -1;

  /**
   * @param pathPrefix of the sequential nodes: directory, slash and the part before the number
   * @param clockMs wall clock time, as ZooKeeper's ctime
   * @param timer when to read again what could not be read
   */
  public ChangeNotifications(
      ZooKeeperSession session,
      String pathPrefix,
      LongSupplier clockMs,
      Timer timer,
      Follower follower) {
    int slash = pathPrefix.lastIndexOf('/');
    this.session = session;
    this.directory = pathPrefix.substring(0, slash);
    this.prefix = pathPrefix.substring(slash + 1);
    this.clockMs = clockMs;
    this.timer = timer;
    this.follower = follower;
  }

  /**
   * Completes when everything that is there now has been loaded. Where it fails, the caller is not
   * to go on.
   */
  public CompletableFuture<Void> start() {
    synchronized (lock) {
      isReading = true;
    }
    session.subscribe(this::onEvent);
    return readEverything().whenComplete((done, failure) -> finishReading(null));
  }

  private void onEvent(SessionEvent event) {
    switch (event) {
      case SessionEvent.ZnodeChildrenChanged(String path) -> {
        if (path.equals(directory)) {
          requestReading(false);
        }
      }
      case SessionEvent.ZnodeDeleted(String path) -> {
        if (path.equals(directory)) {
          requestReading(true);
        }
      }
      case SessionEvent.Established established -> requestReading(true);
      default -> {}
    }
  }

  private void requestReading(boolean everything) {
    boolean all;
    synchronized (lock) {
      if (isReading) {
        readAgain = true;
        reloadAll |= everything;
        return;
      }
      isReading = true;
      all = everything || failures > 0;
    }
    Supplier<CompletableFuture<Void>> reading =
        all ? this::readEverything : () -> readNotifications(false);
    reading.get().whenComplete((done, failure) -> finishReading(failure));
  }

  private void finishReading(@Nullable Throwable failure) {
    boolean again;
    boolean all;
    long retryMs = -1;
    synchronized (lock) {
      isReading = false;
      again = readAgain;
      all = reloadAll;
      readAgain = false;
      reloadAll = false;
      failures = failure == null ? 0 : failures + 1;
      if (failure != null && !isRetryDue) {
        isRetryDue = true;
        retryMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS << Math.min(failures - 1, 20));
      }
    }
    if (failure != null) {
      log.warn(
          "changes in {} could not be read, and are read again {}: {}",
          directory,
          retryMs < 0 ? "soon" : "in " + retryMs + " ms",
          failure.toString());
    }
    if (retryMs >= 0) {
      timer.runLater(this::retry, retryMs);
    }
    if (again) {
      requestReading(all);
    }
  }

  /** Nothing to do where a change or a new session has come first, and all was read for it. */
  private void retry() {
    boolean isWanted;
    synchronized (lock) {
      isRetryDue = false;
      isWanted = failures > 0;
    }
    if (isWanted) {
      requestReading(true);
    }
  }

  /** Sets the watch before loading, so that nothing in between is missed. */
  private CompletableFuture<Void> readEverything() {
    return readNotifications(true).thenCompose(done -> follower.loadAll());
  }

  private CompletableFuture<Void> readNotifications(boolean onlyNote) {
    CompletableFuture<List<String>> names = session.children(directory, true);
    CompletableFuture<Optional<Stat>> stat = session.exists(directory, false);
    return names
        .thenCombine(stat, (found, at) -> read(found, at.map(Stat::getCzxid).orElse(-1L), onlyNote))
        // before what the follower loads: a node that is missing there says nothing of this one
        .exceptionally(failure ->
            Failures.code(failure) == KeeperException.Code.NONODE
                ? makeAgain()
                : CompletableFuture.failedFuture(failure))
        .thenCompose(reading -> reading);
  }

  private CompletableFuture<Void> makeAgain() {
    log.warn("{} is not there; making it, and reading everything that is changed by it", directory);
    return DirectoryNodes.ensure(session, directory).thenCompose(done -> readEverything());
  }

  private CompletableFuture<Void> read(List<String> names, long czxid, boolean onlyNote) {
    List<String> fresh = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    synchronized (lock) {
      if (!onlyNote && czxid != directoryCzxid) {
        return readEverything(); // another directory: the numbers that were seen mean nothing
      }
      directoryCzxid = czxid;
      long known = onlyNote ? Long.MAX_VALUE : lastSequence;
      long newest = onlyNote ? -1 : lastSequence;
      for (String name : names) {
        long sequence = sequence(name);
        (sequence <= known ? seen : fresh).add(name);
        newest = Math.max(newest, sequence);
      }
      lastSequence = newest;
    }
    fresh.sort(Comparator.comparingLong(this::sequence));
    seen.forEach(this::removeIfOld);
    return readThem(fresh);
  }

  private long sequence(String name) {
    try {
      return name.startsWith(prefix) ? Long.parseLong(name.substring(prefix.length())) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private CompletableFuture<Void> readThem(List<String> names) {
    List<CompletableFuture<Void>> open = new ArrayList<>();
    for (String name : names) {
      String path = directory + "/" + name;
      open.add(
          session
              .readIfPresent(path, false)
              .thenCompose((Optional<Znode> znode) ->
                  znode.isPresent()
                      ? follower.changed(path, znode.get().data())
                      : CompletableFuture.completedFuture(null)));
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new));
  }

  private void removeIfOld(String name) {
    String path = directory + "/" + name;
    session
        .exists(path, false)
        .thenAccept(stat -> {
          if (stat.isPresent() && clockMs.getAsLong() - stat.get().getCtime() > KEPT_MS) {
            // Another broker may have removed it: nothing to do then.
            var unused = session.delete(path, ZnodeOperation.ANY_VERSION);
          }
        });
  }
}
