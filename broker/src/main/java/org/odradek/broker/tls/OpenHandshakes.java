package org.odradek.broker.tls;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Handshakes that have begun and are not over, each of which holds an engine's memory. A client
 * answers within moments, so that with many of them open those that have waited longest for their
 * client are those of clients that do not go on: they are told to go, and others are not held up.
 * What waits for the broker itself, which may be slow just then, is not held against the client.
 *
 * @param <C> what a handshake belongs to
 */
final class OpenHandshakes<C> {
  private final int calm;
  private final int max;
  private final long staleNanos;
  private final LongSupplier nanoTime;

  /** Those whose next step is the broker's, oldest first. */
  private final Set<C> ours = new LinkedHashSet<>();

  /** Since when the others wait for their clients, oldest first. */
  private final Map<C, Long> theirs = new LinkedHashMap<>();

  /**
   * @param calm up to so many may stay open for as long as their time limit allows
   * @param max beyond so many the oldest one goes, however young it is
   * @param staleMs a client that has said nothing for so long is not expected to go on
   */
  OpenHandshakes(int calm, int max, long staleMs, LongSupplier nanoTime) {
    this.calm = calm;
    this.max = max;
    this.staleNanos = TimeUnit.MILLISECONDS.toNanos(staleMs);
    this.nanoTime = nanoTime;
  }

  /**
   * Notes a new one.
   *
   * @return those that have to go for it; they are forgotten
   */
  synchronized List<C> begun(C connection) {
    ours.add(connection);
    List<C> evicted = new ArrayList<>(0);
    long now = nanoTime.getAsLong();
    Iterator<Map.Entry<C, Long>> oldest = theirs.entrySet().iterator();
    while (count() > calm && oldest.hasNext()) {
      Map.Entry<C, Long> entry = oldest.next();
      if (count() <= max && now - entry.getValue() < staleNanos) {
        break;
      }
      evicted.add(entry.getKey());
      oldest.remove();
    }
    Iterator<C> slowest = ours.iterator();
    while (count() > max) {
      evicted.add(slowest.next());
      slowest.remove();
    }
    return evicted;
  }

  /** The broker has said something: it is the client's turn now. */
  synchronized void answered(C connection) {
    if (ours.remove(connection)) {
      theirs.put(connection, nanoTime.getAsLong());
    }
  }

  /** The client has said something: it is the broker's turn now. */
  synchronized void heard(C connection) {
    if (theirs.remove(connection) != null) {
      ours.add(connection);
    }
  }

  /** The handshake is over, one way or the other. */
  synchronized void ended(C connection) {
    ours.remove(connection);
    theirs.remove(connection);
  }

  /** How many are open now. */
  synchronized int count() {
    return ours.size() + theirs.size();
  }
}
