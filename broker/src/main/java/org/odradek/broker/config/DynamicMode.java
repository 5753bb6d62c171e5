package org.odradek.broker.config;

/** Whether a broker configuration can change while the broker runs, and for how many at once. */
public enum DynamicMode {
  /** Only by a restart. */
  READ_ONLY,
  /** For one broker at a time. */
  PER_BROKER,
  /** For one broker, or for all of them as a default. */
  CLUSTER_WIDE
}
