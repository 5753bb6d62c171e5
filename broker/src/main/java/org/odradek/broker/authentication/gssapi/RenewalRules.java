package org.odradek.broker.authentication.gssapi;

/**
 * When a ticket is renewed, as {@code sasl.kerberos.ticket.renew.*} and {@code
 * sasl.kerberos.min.time.before.relogin} say.
 *
 * @param windowFactor share of a ticket's life after which it is renewed
 * @param jitter share of it by which that varies at random, so that not all brokers ask at once
 * @param minPeriodMs no sooner than so long after the last time, unless the ticket would expire
 */
public record RenewalRules(double windowFactor, double jitter, long minPeriodMs) {
  private static final long PAUSE_MIN_MS = 1_000;

  /**
   * In how many ms to renew a ticket; at least a second.
   *
   * @param nowMs as the two that follow, in ms since 1970
   * @param random from 0 to 1
   */
  long nextInMs(long nowMs, long startMs, long endMs, double random) {
    long lifeMs = Math.max(0, endMs - startMs);
    double share = Math.min(1, windowFactor + jitter * random);
    long wantedMs = Math.min(startMs + (long) (lifeMs * share), endMs) - nowMs;
    boolean lastsLongEnough = endMs - nowMs >= minPeriodMs;
    return Math.max(PAUSE_MIN_MS, lastsLongEnough ? Math.max(wantedMs, minPeriodMs) : wantedMs);
  }
}
