package org.odradek.broker.config;

/** Where a value comes from, by the numbers of DescribeConfigs (KIP-226). */
enum ConfigSource {
  TOPIC(1),
  DYNAMIC_BROKER(2),
  DYNAMIC_DEFAULT_BROKER(3),
  STATIC_BROKER(4),
  DEFAULT(5),
  DYNAMIC_BROKER_LOGGER(6);

  private final byte id;

  ConfigSource(int id) {
    this.id = (byte) id;
  }

  byte id() {
    return id;
  }
}
