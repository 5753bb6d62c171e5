package org.odradek.protocol.compression;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps up to a fixed number of idle objects for re-use; what does not fit is disposed of.
 *
 * <p>Thread-safe; never waits.
 */
final class RecyclingPool<T> {
  private final Supplier<T> create;
  private final Consumer<T> dispose;
  private final int maxIdle;
  private final ConcurrentLinkedQueue<T> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger idleCount = new AtomicInteger();

  RecyclingPool(int maxIdle, Supplier<T> create, Consumer<T> dispose) {
    this.maxIdle = maxIdle;
    this.create = create;
    this.dispose = dispose;
  }

  T take() {
    T object = idle.poll();
    if (object == null) {
      return create.get();
    }
    idleCount.decrementAndGet();
    return object;
  }

  void giveBack(T object) {
    if (idleCount.incrementAndGet() <= maxIdle) {
      idle.add(object);
    } else {
      idleCount.decrementAndGet();
      dispose.accept(object);
    }
  }
}
