package org.odradek.broker.metadata;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.network.Endpoint;

/**
 * A live broker.
 *
 * @param endpoints by listener name, in upper case
 */
public record BrokerNode(int id, Map<String, Endpoint> endpoints, @Nullable String rack) {
  public BrokerNode {
    endpoints = Map.copyOf(endpoints);
  }
}
