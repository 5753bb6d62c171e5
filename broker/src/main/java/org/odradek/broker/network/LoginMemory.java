package org.odradek.broker.network;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Memory for what clients of a listener send before they have logged in. Nobody waits for it, as
 * strangers could make everybody wait: small requests are not counted, which those of a login are
 * but for large tokens; of larger ones counts what has arrived, not what was announced, and when
 * that becomes too much, those go that have been at it for longest. A token that waits for a thread
 * to judge it counts, too.
 *
 * <p>Thread-safe.
 */
final class LoginMemory {
  /** What each connection may have without being counted. */
  static final int UNCOUNTED_BYTES = 16 * 1024;

  private final long capacityBytes;
  private final Set<Share> oldestFirst = new LinkedHashSet<>();
  private long takenBytes;

  LoginMemory(long capacityBytes) {
    if (capacityBytes <= 0) {
      throw new IllegalArgumentException("capacity of " + capacityBytes + " bytes");
    }
    this.capacityBytes = capacityBytes;
  }

  /**
   * Room for one request, of nothing yet.
   *
   * @param tooMuch called once at most, by any thread, when the request has to go; must not block
   */
  Share open(Runnable tooMuch) {
    return new Share(tooMuch);
  }

  synchronized long takenBytes() {
    return takenBytes;
  }

  /** What one request takes. */
  final class Share {
    private final Runnable tooMuch;
    private int bytes;
    private boolean isEnded;

    private Share(Runnable tooMuch) {
      this.tooMuch = tooMuch;
    }

    /** The request has grown to {@code newBytes}. */
    void grow(int newBytes) {
      if (newBytes <= UNCOUNTED_BYTES) {
        return;
      }
      for (Share evicted : take(newBytes)) {
        evicted.tooMuch.run();
      }
    }

    private List<Share> take(int newBytes) {
      synchronized (LoginMemory.this) {
        if (isEnded) {
          return List.of();
        }
        oldestFirst.add(this);
        takenBytes += newBytes - bytes;
        bytes = newBytes;
        List<Share> evicted = new ArrayList<>();
        Iterator<Share> oldest = oldestFirst.iterator();
        // the only one may be larger than all there is
        while (takenBytes > capacityBytes && oldestFirst.size() > 1) {
          Share next = oldest.next();
          oldest.remove();
          next.end();
          evicted.add(next);
        }
        return evicted;
      }
    }

    /** The request's bytes have gone. */
    void release() {
      synchronized (LoginMemory.this) {
        oldestFirst.remove(this);
        end();
      }
    }

    private void end() {
      isEnded = true;
      takenBytes -= bytes;
      bytes = 0;
    }
  }
}
