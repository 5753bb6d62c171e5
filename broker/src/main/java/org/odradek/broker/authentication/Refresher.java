package org.odradek.broker.authentication;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches something again from time to time, and sooner if that is wished; after a failure in ever
 * longer pauses.
 *
 * <p>Thread-safety: {@link #tick} from one thread; it does not block, as the fetching is done by
 * the executor.
 */
public final class Refresher {
  private static final Logger log = LoggerFactory.getLogger(Refresher.class);

  /** Fetches, and says in how many ms to do so again. Blocks. */
  @FunctionalInterface
  public interface Fetch {
    long fetch() throws IOException;
  }

  /** Pauses after failures, in ms: the first, and the longest. */
  public record Backoff(long firstMs, long maxMs) {
    long after(int failures) {
      return Math.min(maxMs, firstMs << Math.min(failures - 1, 20));
    }
  }

  private final Fetch fetch;
  private final Backoff backoff;
  private final BooleanSupplier isWished;

  // by the thread that ticks, and by the one that fetches, never both at once
  private volatile boolean isFetching;
  private boolean isStarted;
  private long lastMs;
  private long dueMs;
  private int failures;

  /**
   * @param isWished whether to fetch before it is due, but not before the first pause is over
   */
  public Refresher(Fetch fetch, Backoff backoff, BooleanSupplier isWished) {
    this.fetch = fetch;
    this.backoff = backoff;
    this.isWished = isWished;
  }

  /**
   * For what has been fetched just now.
   *
   * @param nextMs when to fetch again, on the clock that {@link #tick} is told
   */
  public static Refresher startingIn(long nextMs, Fetch fetch, Backoff backoff) {
    Refresher refresher = new Refresher(fetch, backoff, () -> false);
    refresher.isStarted = true;
    refresher.dueMs = nextMs;
    return refresher;
  }

  /**
   * Fetches if it is time.
   *
   * @param nowMs of a clock that does not go back
   */
  public void tick(long nowMs, Executor executor) {
    if (isFetching || !isDue(nowMs)) {
      return;
    }
    isFetching = true;
    try {
      executor.execute(() -> run(nowMs));
    } catch (RejectedExecutionException e) {
      isFetching = false; // busy, or over: at a later tick then
    }
  }

  private boolean isDue(long nowMs) {
    return !isStarted
        || nowMs >= dueMs
        || (isWished.getAsBoolean() && nowMs >= lastMs + backoff.firstMs());
  }

  private void run(long nowMs) {
    try {
      dueMs = nowMs + fetch.fetch();
      failures = 0;
    } catch (IOException | RuntimeException e) {
      failures++;
      dueMs = nowMs + backoff.after(failures);
      // as the pauses get longer, so do those between the lines
      if (Integer.bitCount(failures) == 1) {
        log.warn("{} (failure {}; tried again in {} ms)", e.getMessage(), failures, dueMs - nowMs);
      }
    } finally {
      isStarted = true;
      lastMs = nowMs;
      isFetching = false;
    }
  }
}
