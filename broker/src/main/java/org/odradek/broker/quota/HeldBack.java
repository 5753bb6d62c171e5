package org.odradek.broker.quota;

import java.util.PriorityQueue;

/**
 * How many clients are being held back at a moment because of one kind of quota. One that is gone
 * meanwhile counts until its time is over, as in Kafka.
 *
 * <p>Thread-safe; nobody is kept here for longer than it takes to put one number among the others.
 */
final class HeldBack {
  /** More are not counted: clients that come again and again, and are held back for long. */
  static final int MAX = 100_000;

  private final PriorityQueue<Long> endsMs = new PriorityQueue<>();

  /** One more, from now on. */
  synchronized void add(long nowMs, long forMs) {
    forget(nowMs);
    if (endsMs.size() < MAX) {
      endsMs.add(nowMs + forMs);
    }
  }

  synchronized int count(long nowMs) {
    forget(nowMs);
    return endsMs.size();
  }

  private void forget(long nowMs) {
    for (Long end = endsMs.peek(); end != null && end <= nowMs; end = endsMs.peek()) {
      endsMs.remove();
    }
  }
}
