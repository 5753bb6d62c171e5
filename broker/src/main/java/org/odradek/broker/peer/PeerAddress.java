package org.odradek.broker.peer;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.metadata.BrokerNode;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.broker.network.Endpoint;

/**
 * Where another broker listens for brokers.
 *
 * @param host a name or a literal address, IPv6 without brackets
 * @param port 1 to 65535
 */
public record PeerAddress(int brokerId, String host, int port) {

  /**
   * The address of a live broker, or null if it is not alive or has no such listener.
   *
   * @param listenerName that of {@code inter.broker.listener.name}
   */
  public static @Nullable PeerAddress of(
      MetadataSnapshot snapshot, int brokerId, String listenerName) {
    BrokerNode broker = snapshot.brokers().get(brokerId);
    Endpoint endpoint = broker == null ? null : broker.endpoints().get(listenerName);
    return endpoint == null ? null : new PeerAddress(brokerId, endpoint.host(), endpoint.port());
  }

  /** {@code broker 3 at host:9092}. */
  @Override
  public String toString() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return "broker " + brokerId + " at " + shown + ":" + port;
  }
}
