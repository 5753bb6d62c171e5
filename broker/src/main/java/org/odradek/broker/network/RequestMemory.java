package org.odradek.broker.network;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory for requests from the moment their length is known until their response is written,
 * bounded over all connections. Who finds none left stops reading and is called when there is.
 *
 * <p>A reservation is granted while anything is left, whatever its size: the limit can be passed by
 * one request per event loop, and a request larger than the whole pool is still served when its
 * turn comes.
 *
 * <p>Thread-safe.
 */
final class RequestMemory {
  private final long capacityBytes;
  private final AtomicLong availableBytes;
  private final Queue<Runnable> waiters = new ConcurrentLinkedQueue<>();

  RequestMemory(long capacityBytes) {
    if (capacityBytes <= 0) {
      throw new IllegalArgumentException("capacity of " + capacityBytes + " bytes");
    }
    this.capacityBytes = capacityBytes;
    this.availableBytes = new AtomicLong(capacityBytes);
  }

  /**
   * Takes {@code bytes} and returns true, or remembers {@code retry} and returns false. {@code
   * retry} is called once, from any thread, when another attempt is worth it; it must not block.
   */
  boolean reserve(int bytes, Runnable retry) {
    if (tryReserve(bytes)) {
      return true;
    }
    waiters.add(retry);
    // what was released between the attempt and the entry woke nobody
    if (availableBytes.get() > 0 && waiters.remove(retry)) {
      if (tryReserve(bytes)) {
        return true;
      }
      waiters.add(retry);
      wakeNext();
    }
    return false;
  }

  /** Gives up waiting. If the call was already on its way, the next one in the queue gets it. */
  void cancel(Runnable retry) {
    if (!waiters.remove(retry)) {
      wakeNext();
    }
  }

  void release(int bytes) {
    long available = availableBytes.addAndGet(bytes);
    if (available > capacityBytes) {
      throw new IllegalStateException(
          "released more than was reserved: " + available + " of " + capacityBytes + " available");
    }
    wakeNext();
  }

  /** What is left; negative after the limit was passed. */
  long availableBytes() {
    return availableBytes.get();
  }

  private boolean tryReserve(int bytes) {
    long available = availableBytes.get();
    while (available > 0) {
      if (availableBytes.compareAndSet(available, available - bytes)) {
        if (available - bytes > 0) {
          wakeNext();
        }
        return true;
      }
      available = availableBytes.get();
    }
    return false;
  }

  /** For whoever was called and has no use for it. */
  void wakeNext() {
    if (availableBytes.get() > 0) {
      Runnable waiter = waiters.poll();
      if (waiter != null) {
        waiter.run();
      }
    }
  }
}
