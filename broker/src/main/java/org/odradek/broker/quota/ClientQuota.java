package org.odradek.broker.quota;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.quota.QuotaLimits.Applied;
import org.odradek.broker.quota.QuotaLimits.Metered;

/**
 * One kind of quota of clients: what its limits are, and what each client used of it. Measured as
 * Kafka measures (the window, and how long a client is held back for), but only who has a limit.
 *
 * <p>While no limit is set, recording is one volatile read.
 *
 * <p>Thread-safety: limits are changed by one thread at a time; everything else from any thread,
 * and nothing waits.
 */
public final class ClientQuota {
  /** At most so many are measured by themselves. Beyond that, new ones are measured together. */
  static final int MEASURED_MAX = 10_000;

  /** Who used nothing for so long is forgotten, and so is the metric, as in Kafka. */
  static final long IDLE_MAX_MS = 3_600_000;

  private static final long SWEEP_EVERY_MS = 60_000;
  private static final Metered ALL_OTHERS = new Metered("", "");

  private final QuotaLimits limits;
  private final int samples;
  private final long sampleMs;
  private final LongSupplier clockMs;
  private final Map<Metered, ClientUsage> usages = new ConcurrentHashMap<>();
  private long sweptMs; // guarded by this

  /**
   * @param samples {@code quota.window.num}
   * @param sampleMs {@code quota.window.size.seconds}, in milliseconds
   * @param clockMs milliseconds on a clock that never goes back
   */
  ClientQuota(QuotaLimits limits, int samples, long sampleMs, LongSupplier clockMs) {
    this.limits = limits;
    this.samples = samples;
    this.sampleMs = sampleMs;
    this.clockMs = clockMs;
    this.sweptMs = clockMs.getAsLong();
  }

  /** Limits nobody, ever. */
  public static ClientQuota none() {
    return new ClientQuota(new QuotaLimits(Double.POSITIVE_INFINITY), 1, 1, () -> 0);
  }

  /** Whether anybody has a limit. */
  public boolean isActive() {
    return !limits.isEmpty();
  }

  QuotaLimits limits() {
    return limits;
  }

  /**
   * Counts what a client used.
   *
   * @return for how many milliseconds it is to be held back; 0 if it is within its limit
   */
  public int record(RequestContext context, long amount) {
    Applied applied = applied(context);
    if (applied == null) {
      return 0;
    }
    long nowMs = clockMs.getAsLong();
    long throttleMs = usage(applied.metered(), nowMs).record(amount, applied.limit(), nowMs);
    return (int) Math.min(throttleMs, Integer.MAX_VALUE);
  }

  /** Takes back what {@link #record} counted just before. */
  public void unrecord(RequestContext context, long amount) {
    Applied applied = applied(context);
    if (applied != null) {
      long nowMs = clockMs.getAsLong();
      usage(applied.metered(), nowMs).unrecord(amount, nowMs);
    }
  }

  /**
   * Counts what a request used, and holds its connection back if that is too much (KIP-219: the
   * response goes out at once, the next request waits).
   *
   * @return the throttle time for the response
   */
  public int charge(RequestContext context, long amount, Responder<?> out) {
    int throttleMs = record(context, amount);
    if (throttleMs > 0) {
      throttle(context, throttleMs, out);
    }
    return throttleMs;
  }

  /** Holds a connection back because of this quota. */
  public void throttle(RequestContext context, int forMs, Responder<?> out) {
    out.throttle(forMs);
    Applied applied = applied(context);
    if (applied != null) {
      long nowMs = clockMs.getAsLong();
      usage(applied.metered(), nowMs).throttled(forMs, nowMs);
    }
  }

  /**
   * The most that a client may use at once: what fits into a whole window. More would keep it held
   * back for longer than what is measured.
   */
  public long atOnceMax(RequestContext context) {
    Applied applied = applied(context);
    return applied == null
        ? Long.MAX_VALUE
        : (long) (applied.limit() * (samples - 1) * sampleMs / 1_000);
  }

  private @Nullable Applied applied(RequestContext context) {
    if (limits.isEmpty()) {
      return null;
    }
    String clientId = context.clientId();
    return limits.find(context.principal().name(), clientId == null ? "" : clientId);
  }

  private ClientUsage usage(Metered metered, long nowMs) {
    ClientUsage known = usages.get(metered);
    return known != null ? known : addUsage(metered, nowMs);
  }

  private synchronized ClientUsage addUsage(Metered metered, long nowMs) {
    boolean isFull = usages.size() >= MEASURED_MAX;
    if (nowMs - sweptMs >= (isFull ? sampleMs : SWEEP_EVERY_MS)) {
      sweptMs = nowMs;
      // after a whole window a rate is 0 again, and nothing is lost with it
      forget(nowMs - (isFull ? samples * sampleMs : IDLE_MAX_MS));
    }
    return usages.computeIfAbsent(
        usages.size() >= MEASURED_MAX ? ALL_OTHERS : metered,
        added -> new ClientUsage(samples, sampleMs, nowMs));
  }

  private void forget(long unusedSinceMs) {
    usages.values().removeIf(usage -> usage.lastUsedMs() < unusedSinceMs);
  }

  int measured() {
    return usages.size();
  }
}
