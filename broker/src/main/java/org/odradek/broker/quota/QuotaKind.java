package org.odradek.broker.quota;

/** What clients can have a quota of. */
public enum QuotaKind {
  /** Bytes of Produce requests. */
  PRODUCE("producer_byte_rate", "Produce"),
  /** Bytes of records in Fetch responses to consumers. */
  FETCH("consumer_byte_rate", "Fetch"),
  /** Time of the broker's threads; 100 is all of one thread's (KIP-124). */
  REQUEST("request_percentage", "Request"),
  /** Partitions made and deleted (KIP-599). */
  CONTROLLER_MUTATION("controller_mutation_rate", "ControllerMutation");

  private final String settingName;
  private final String metricType;

  QuotaKind(String settingName, String metricType) {
    this.settingName = settingName;
    this.metricType = metricType;
  }

  /** The name of the setting in ZooKeeper and in requests. */
  public String settingName() {
    return settingName;
  }

  /** The type in the names of Kafka's metrics. */
  public String metricType() {
    return metricType;
  }
}
