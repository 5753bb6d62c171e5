package org.odradek.broker.quota;

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
  /** Those beyond the most that are measured by themselves. */
  static final Metered ALL_OTHERS = new Metered("", "");

  private final QuotaLimits limits;
  private final int samples;
  private final long sampleMs;
  private final long throttleMaxMs;
  private final LongSupplier clockMs;
  private final MeasuredClients<Metered, ClientUsage> usages;
  private final HeldBack heldBack = new HeldBack();

  /**
   * @param samples {@code quota.window.num}
   * @param sampleMs {@code quota.window.size.seconds}, in milliseconds
   * @param throttleMaxMs nobody is held back for longer at a time
   * @param clockMs milliseconds on a clock that never goes back
   */
  ClientQuota(
      QuotaLimits limits, int samples, long sampleMs, long throttleMaxMs, LongSupplier clockMs) {
    this.limits = limits;
    this.samples = samples;
    this.sampleMs = sampleMs;
    this.throttleMaxMs = throttleMaxMs;
    this.clockMs = clockMs;
    this.usages =
        new MeasuredClients<>(
            ALL_OTHERS, samples * sampleMs, nowMs -> new ClientUsage(samples, sampleMs, nowMs));
  }

  /** Limits nobody, ever. */
  public static ClientQuota none() {
    return new ClientQuota(
        new QuotaLimits(Double.POSITIVE_INFINITY), 1, 1, Integer.MAX_VALUE, () -> 0);
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
    return (int) Math.min(throttleMs, throttleMaxMs);
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
    long nowMs = clockMs.getAsLong();
    heldBack.add(nowMs, forMs);
    Applied applied = applied(context);
    if (applied != null) {
      usage(applied.metered(), nowMs).throttled(forMs, nowMs);
    }
  }

  /** Clients that are held back now because of this quota. */
  int heldBack() {
    return heldBack.count(clockMs.getAsLong());
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
    return usages.of(metered, nowMs);
  }

  MeasuredClients<Metered, ClientUsage> usages() {
    return usages;
  }
}
