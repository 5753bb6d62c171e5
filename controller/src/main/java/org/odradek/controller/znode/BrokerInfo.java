package org.odradek.controller.znode;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a broker says about itself in {@code /brokers/ids/N}.
 *
 * @param endpoints one per advertised listener, in the order of the configuration
 * @param rack as {@code broker.rack}
 * @param jmxPort -1 when there is none
 * @param timestampMs when it registered, milliseconds since the epoch
 */
public record BrokerInfo(
    int id, List<BrokerEndpoint> endpoints, @Nullable String rack, int jmxPort, long timestampMs) {

  public BrokerInfo {
    endpoints = List.copyOf(endpoints);
    if (id < 0) {
      throw new IllegalArgumentException("broker id must not be negative, is " + id);
    }
  }

  /** The endpoint of a listener by its name. */
  public Optional<BrokerEndpoint> endpoint(String listenerName) {
    return endpoints.stream().filter(e -> e.listenerName().equals(listenerName)).findFirst();
  }

  /** Whether both stand for a process at the same place. */
  public boolean sameEndpoints(BrokerInfo other) {
    return endpoints.equals(other.endpoints);
  }
}
