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
 * to judge it counts, too. What waits for its turn in a TLS handshake is bounded in the same way.
 *
 * <p>Thread-safe.
 */
public final class LoginMemory {
  /** What each connection may have without being counted. */
  static final int UNCOUNTED_BYTES = 16 * 1024;

  private final long capacityBytes;
  private final int uncountedBytes;
  private final Set<Share> oldestFirst = new LinkedHashSet<>();
  private long takenBytes;

  LoginMemory(long capacityBytes) {
    this(capacityBytes, UNCOUNTED_BYTES);
  }

  /**
   * @param capacityBytes what all may have together of what is counted
   * @param uncountedBytes requests of no more than that are not counted
   */
  public LoginMemory(long capacityBytes, int uncountedBytes) {
    if (capacityBytes <= 0 || uncountedBytes < 0) {
      throw new IllegalArgumentException(
          "capacity of " + capacityBytes + " bytes, " + uncountedBytes + " uncounted");
    }
    this.capacityBytes = capacityBytes;
    this.uncountedBytes = uncountedBytes;
  }

  /**
   * Room for one request, of nothing yet.
   *
   * @param tooMuch called once at most, by any thread, when the request has to go; must not block
   */
  public Share open(Runnable tooMuch) {
    return new Share(tooMuch);
  }

  /** What is counted now. */
  public synchronized long takenBytes() {
    return takenBytes;
  }

  /** What one request takes. */
  public final class Share {
    private final Runnable tooMuch;
    private int bytes;
    private boolean isEnded;

    private Share(Runnable tooMuch) {
      this.tooMuch = tooMuch;
    }

    /** The request has grown to {@code newBytes}. */
    public void grow(int newBytes) {
      if (newBytes <= uncountedBytes) {
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
    public void release() {
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
