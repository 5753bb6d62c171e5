package org.odradek.broker.config;

/** What a configuration belongs to, by the numbers of the protocol. */
public enum ConfigResourceType {
  UNKNOWN(0),
  TOPIC(2),
  BROKER(4),
  BROKER_LOGGER(8),
  CLIENT_METRICS(16),
  GROUP(32);

  private final byte id;

  ConfigResourceType(int id) {
    this.id = (byte) id;
  }

  public byte id() {
    return id;
  }

  /** UNKNOWN for a number without a meaning. */
  public static ConfigResourceType forId(byte id) {
    for (ConfigResourceType type : values()) {
      if (type.id == id) {
        return type;
      }
    }
    return UNKNOWN;
  }
}
