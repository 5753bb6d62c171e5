package org.odradek.broker.quota;

import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.quota.QuotaLimits.Applied;
import org.odradek.broker.quota.QuotaLimits.Metered;

/**
 * How many partitions clients may make and delete (KIP-599). From the version on in which a client
 * knows the error, what is too much is refused with THROTTLING_QUOTA_EXCEEDED; before it is done,
 * and the client is held back.
 *
 * <p>Thread-safety: limits are changed by one thread at a time; everything else from any thread,
 * and nothing waits.
 */
public final class MutationQuota {
  private final QuotaLimits limits;
  private final LongSupplier clockMs;
  private final MeasuredClients<Metered, TokenBucket> buckets;
  private final HeldBack heldBack = new HeldBack();

  MutationQuota(QuotaLimits limits, int samples, long sampleMs, LongSupplier clockMs) {
    this.limits = limits;
    this.clockMs = clockMs;
    double burstSeconds = samples * sampleMs / 1_000.0;
    this.buckets =
        new MeasuredClients<>(
            ClientQuota.ALL_OTHERS,
            samples * sampleMs,
            nowMs ->
                new TokenBucket(burstSeconds, new ClientUsage(samples, sampleMs, nowMs), nowMs));
  }

  /** Limits nobody, ever. */
  public static MutationQuota none() {
    return new MutationQuota(new QuotaLimits(Double.POSITIVE_INFINITY), 1, 1, () -> 0);
  }

  QuotaLimits limits() {
    return limits;
  }

  MeasuredClients<Metered, TokenBucket> buckets() {
    return buckets;
  }

  /** Clients that are held back now because of this quota. */
  int heldBack() {
    return heldBack.count(clockMs.getAsLong());
  }

  /**
   * What one request may change.
   *
   * @param strict whether its version knows THROTTLING_QUOTA_EXCEEDED
   */
  public Charge charge(RequestContext context, boolean strict) {
    if (limits.isEmpty()) {
      return NOT_LIMITED;
    }
    String clientId = context.clientId();
    Applied applied = limits.find(context.principal().name(), clientId == null ? "" : clientId);
    return applied == null ? NOT_LIMITED : new Charge(this, applied, strict);
  }

  private static final Charge NOT_LIMITED = new Charge(null, null, false);

  /** The part of one request; from any thread. */
  public static final class Charge implements IntPredicate {
    private final @Nullable MutationQuota quota;
    private final @Nullable Applied applied;
    private final boolean strict;
    private volatile boolean isOver;

    private Charge(@Nullable MutationQuota quota, @Nullable Applied applied, boolean strict) {
      this.quota = quota;
      this.applied = applied;
      this.strict = strict;
    }

    /** Whether so many partitions may be made or deleted; if so, they count. */
    @Override
    public boolean test(int partitions) {
      if (quota == null || applied == null) {
        return true;
      }
      long nowMs = quota.clockMs.getAsLong();
      TokenBucket bucket = quota.buckets.of(applied.metered(), nowMs);
      if (strict) {
        boolean taken = bucket.tryTake(partitions, applied.limit(), nowMs);
        isOver |= !taken;
        return taken;
      }
      isOver = true; // if there is a debt
      bucket.take(partitions, applied.limit(), nowMs);
      return true;
    }

    /**
     * Holds the connection back if too much was wanted.
     *
     * @return the throttle time for the response
     */
    public int throttle(Responder<?> out) {
      if (!isOver || quota == null || applied == null) {
        return 0;
      }
      long nowMs = quota.clockMs.getAsLong();
      TokenBucket bucket = quota.buckets.of(applied.metered(), nowMs);
      int throttleMs = (int) Math.min(bucket.debtMs(applied.limit(), nowMs), Integer.MAX_VALUE);
      if (throttleMs > 0) {
        bucket.used().throttled(throttleMs, nowMs);
        quota.heldBack.add(nowMs, throttleMs);
        out.throttle(throttleMs);
      }
      return throttleMs;
    }
  }
}
