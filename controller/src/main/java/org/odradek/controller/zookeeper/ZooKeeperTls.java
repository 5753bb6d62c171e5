package org.odradek.controller.zookeeper;

import java.util.Map;

/**
 * TLS to ZooKeeper, as settings of its own client: {@code zookeeper.client.secure} and {@code
 * zookeeper.ssl.*} in the client's spelling. Holds passwords, and does not show them.
 *
 * @param properties empty for no TLS
 */
public record ZooKeeperTls(Map<String, String> properties) {
  public static final ZooKeeperTls NONE = new ZooKeeperTls(Map.of());

  public ZooKeeperTls {
    properties = Map.copyOf(properties);
  }

  @Override
  public String toString() {
    return properties.isEmpty() ? "no TLS" : "TLS";
  }
}
