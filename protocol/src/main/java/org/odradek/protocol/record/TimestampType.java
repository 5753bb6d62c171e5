package org.odradek.protocol.record;

/** What the timestamps of a batch mean, as bit 3 of its attributes says (KIP-32). */
public enum TimestampType {
  /** The time that the producer gave each record. */
  CREATE_TIME(0, "CreateTime"),
  /** The time at which the leader appended the batch, one for all its records. */
  LOG_APPEND_TIME(1, "LogAppendTime");

  private final int id;
  private final String configName;

  TimestampType(int id, String configName) {
    this.id = id;
    this.configName = configName;
  }

  public int id() {
    return id;
  }

  /** The value of {@code message.timestamp.type} that means this type. */
  public String configName() {
    return configName;
  }
}
