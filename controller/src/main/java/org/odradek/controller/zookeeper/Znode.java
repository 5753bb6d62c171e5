package org.odradek.controller.zookeeper;

import java.nio.charset.StandardCharsets;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * What one read of a znode gave: its bytes (null for the directory nodes, as Kafka makes them) and
 * its stat ({@code czxid} of a broker's node is the broker epoch).
 */
@SuppressWarnings("ArrayRecordComponent") // bytes come from ZooKeeper and are only parsed
public record Znode(byte @Nullable [] data, Stat stat) {

  /** The bytes as text, empty where there are none. */
  public String text() {
    return data == null ? "" : new String(data, StandardCharsets.UTF_8);
  }
}
