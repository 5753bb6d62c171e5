package org.odradek.broker.tls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Handshakes that have begun and are not over, each of which holds an engine's memory. A client
 * answers within moments, so that with many of them open those that have waited longest for their
 * client are those of clients that do not go on: they are told to go, and others are not held up.
 * What waits for the broker itself, which may be slow just then, is not held against the client.
 *
 * <p>Only what is done by the broker for a handshake makes it young again, since a client pays for
 * that with a whole message; a byte now and then does not.
 *
 * <p>Thread-safe.
 *
 * @param <C> what a handshake belongs to
 */
final class OpenHandshakes<C> {
  private final int calm;
  private final int max;
  private final long staleNanos;
  private final LongSupplier nanoTime;

  private final Map<C, Open<C>> all = new HashMap<>();

  /** Those whose next step is the broker's, oldest first. */
  private final NavigableMap<Long, Open<C>> ours = new TreeMap<>();

  /** Those that wait for their clients, oldest first. */
  private final NavigableMap<Long, Open<C>> theirs = new TreeMap<>();

  private long nextNumber;

  /**
   * One of them.
   *
   * @param number rises with the time of the last change
   * @param sinceNanos when it began, or when the broker last did something for it
   */
  private record Open<C>(C connection, long number, long sinceNanos) {}

  /**
   * @param calm up to so many may stay open for as long as their time limit allows
   * @param max beyond so many the oldest one goes, however young it is and whosever turn it is
   * @param staleMs a client that has got nothing further for so long is not expected to go on
   */
  OpenHandshakes(int calm, int max, long staleMs, LongSupplier nanoTime) {
    this.calm = calm;
    this.max = max;
    this.staleNanos = TimeUnit.MILLISECONDS.toNanos(staleMs);
    this.nanoTime = nanoTime;
  }

  /**
   * Notes a new one; it is the broker's turn.
   *
   * @return those that have to go for it; they are forgotten
   */
  synchronized List<C> begun(C connection) {
    ended(connection);
    Open<C> begun = now(connection);
    ours.put(begun.number, begun);
    List<C> evicted = new ArrayList<>(0);
    while (count() > calm
        && !theirs.isEmpty()
        && begun.sinceNanos - oldest(theirs).sinceNanos >= staleNanos) {
      evict(theirs, evicted);
    }
    while (count() > max) {
      boolean isOurs = theirs.isEmpty() || ours.firstKey() < theirs.firstKey();
      evict(isOurs ? ours : theirs, evicted);
    }
    return evicted;
  }

  private Open<C> now(C connection) {
    Open<C> open = new Open<>(connection, nextNumber++, nanoTime.getAsLong());
    all.put(connection, open);
    return open;
  }

  private static <C> Open<C> oldest(NavigableMap<Long, Open<C>> some) {
    return some.values().iterator().next();
  }

  private void evict(NavigableMap<Long, Open<C>> from, List<C> evicted) {
    C oldest = oldest(from).connection;
    ended(oldest);
    evicted.add(oldest);
  }

  /** The broker has done something for it: it is the client's turn, from now on. */
  synchronized void answered(C connection) {
    if (all.containsKey(connection)) {
      ended(connection);
      Open<C> open = now(connection);
      theirs.put(open.number, open);
    }
  }

  /** The client has said something: it is the broker's turn now. */
  synchronized void heard(C connection) {
    Open<C> open = all.get(connection);
    if (open != null && theirs.remove(open.number) != null) {
      ours.put(open.number, open);
    }
  }

  /** What the client said was not enough: it is still its turn, and no younger for it. */
  synchronized void heardTooLittle(C connection) {
    Open<C> open = all.get(connection);
    if (open != null && ours.remove(open.number) != null) {
      theirs.put(open.number, open);
    }
  }

  /** The handshake is over, one way or the other. */
  synchronized void ended(C connection) {
    Open<C> open = all.remove(connection);
    if (open != null) {
      ours.remove(open.number);
      theirs.remove(open.number);
    }
  }

  /** How many are open now. */
  synchronized int count() {
    return ours.size() + theirs.size();
  }
}
