package org.odradek.broker.quota;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;

/**
 * What is measured of each client, a bounded number of them. Clients that did nothing for long are
 * forgotten; when there are too many, as soon as nothing is lost with it, and those beyond are
 * measured together.
 *
 * <p>Thread-safety: any thread.
 *
 * @param <K> names a client, or clients that are measured together
 * @param <U> what is measured
 */
final class MeasuredClients<K, U extends MeasuredClients.Measured> {

  /** What was used lately. */
  interface Measured {
    /** When something was used last. */
    long lastUsedMs();
  }

  /** At most so many are measured by themselves. */
  static final int MAX = 10_000;

  /** Who used nothing for so long is forgotten, and so is the metric, as in Kafka. */
  static final long IDLE_MAX_MS = 3_600_000;

  private static final long SWEEP_EVERY_MS = 60_000;
  private static final long SWEEP_EVERY_WHEN_FULL_MS = 1_000;

  private final Map<K, U> measured = new ConcurrentHashMap<>();
  private final K allOthers;
  private final long windowMs;
  private final LongFunction<U> factory;
  private volatile BiConsumer<K, U> onAdded = (client, usage) -> {};
  private volatile BiConsumer<K, U> onRemoved = (client, usage) -> {};
  private long sweptMs = Long.MIN_VALUE; // guarded by this

  /**
   * @param allOthers stands for those beyond the most that are measured by themselves
   * @param windowMs what was used longer ago than this does not matter any more
   * @param factory makes what is measured from now (milliseconds) on
   */
  MeasuredClients(K allOthers, long windowMs, LongFunction<U> factory) {
    this.allOthers = allOthers;
    this.windowMs = windowMs;
    this.factory = factory;
  }

  /** Has somebody told of those that come and go, on any thread. */
  void follow(BiConsumer<K, U> added, BiConsumer<K, U> removed) {
    onAdded = added;
    onRemoved = removed;
  }

  U of(K client, long nowMs) {
    U known = measured.get(client);
    return known != null ? known : add(client, nowMs);
  }

  private synchronized U add(K client, long nowMs) {
    boolean isFull = measured.size() >= MAX;
    long everyMs = isFull ? SWEEP_EVERY_WHEN_FULL_MS : SWEEP_EVERY_MS;
    if (sweptMs == Long.MIN_VALUE) {
      sweptMs = nowMs;
    } else if (nowMs - sweptMs >= everyMs) {
      sweptMs = nowMs;
      forget(nowMs - (isFull ? windowMs : IDLE_MAX_MS));
    }
    K key = measured.size() >= MAX ? allOthers : client;
    U known = measured.get(key);
    if (known != null) {
      return known;
    }
    U added = factory.apply(nowMs);
    measured.put(key, added);
    onAdded.accept(key, added);
    return added;
  }

  private void forget(long unusedSinceMs) {
    measured.forEach((client, usage) -> {
      if (usage.lastUsedMs() < unusedSinceMs && measured.remove(client, usage)) {
        onRemoved.accept(client, usage);
      }
    });
  }

  int size() {
    return measured.size();
  }
}
