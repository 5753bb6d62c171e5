package org.odradek.broker.quota;

/**
 * Over which time rates are measured.
 *
 * @param samples how many are kept, the one being filled among them
 * @param sampleMs length of each
 */
public record QuotaWindow(int samples, long sampleMs) {
  /** Kafka's defaults. */
  public static final QuotaWindow DEFAULT = new QuotaWindow(11, 1_000);
}
