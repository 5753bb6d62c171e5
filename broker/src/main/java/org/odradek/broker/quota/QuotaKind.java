package org.odradek.broker.quota;

/** What clients can have a quota of. */
public enum QuotaKind {
  /** Bytes of Produce requests. */
  PRODUCE("producer_byte_rate", "Produce", "byte-rate", 1),
  /** Bytes of records in Fetch responses to consumers. */
  FETCH("consumer_byte_rate", "Fetch", "byte-rate", 1),
  /** Time of the broker's threads; 100 is all of one thread's (KIP-124). */
  REQUEST("request_percentage", "Request", "request-time", 1e7),
  /** Partitions made and deleted (KIP-599). */
  CONTROLLER_MUTATION("controller_mutation_rate", "ControllerMutation", "mutation-rate", 1);

  private final String settingName;
  private final String metricType;
  private final String rateName;
  private final double unitsPerLimit;

  QuotaKind(String settingName, String metricType, String rateName, double unitsPerLimit) {
    this.settingName = settingName;
    this.metricType = metricType;
    this.rateName = rateName;
    this.unitsPerLimit = unitsPerLimit;
  }

  /** The name of the setting in ZooKeeper and in requests. */
  public String settingName() {
    return settingName;
  }

  /** The attribute of Kafka's metrics that has the measured rate. */
  public String rateName() {
    return rateName;
  }

  /** What is measured and recorded, for 1 of the limit: nanoseconds a second for a percentage. */
  double unitsPerLimit() {
    return unitsPerLimit;
  }

  /** The type in the names of Kafka's metrics. */
  public String metricType() {
    return metricType;
  }
}
