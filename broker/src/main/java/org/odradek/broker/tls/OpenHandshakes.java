package org.odradek.broker.tls;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Handshakes that have begun and are not over, each of which holds an engine's memory. A handshake
 * takes some milliseconds, so that with many of them open the oldest ones are those of clients that
 * do not go on: they are told to go, oldest first, and others are not held up.
 *
 * @param <C> what a handshake belongs to
 */
final class OpenHandshakes<C> {
  private final int calm;
  private final int max;
  private final long staleNanos;
  private final LongSupplier nanoTime;
  private final Map<C, Long> begunAt = new LinkedHashMap<>();

  /**
   * @param calm up to so many may stay open for as long as their time limit allows
   * @param max beyond so many the oldest one goes, however young it is
   * @param staleMs a handshake this old is not expected to come to an end
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
    long now = nanoTime.getAsLong();
    begunAt.put(connection, now);
    List<C> evicted = new ArrayList<>(0);
    Iterator<Map.Entry<C, Long>> oldest = begunAt.entrySet().iterator();
    while (begunAt.size() > calm) {
      Map.Entry<C, Long> entry = oldest.next();
      if (begunAt.size() <= max && now - entry.getValue() < staleNanos) {
        break;
      }
      evicted.add(entry.getKey());
      oldest.remove();
    }
    return evicted;
  }

  /** The handshake is over, one way or the other. */
  synchronized void ended(C connection) {
    begunAt.remove(connection);
  }

  /** How many are open now. */
  synchronized int count() {
    return begunAt.size();
  }
}
