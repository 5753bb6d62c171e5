package org.odradek.broker.metadata;

import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.network.Endpoint;

/**
 * Where a client is told that a broker is: at that broker's endpoint of the listener by which the
 * client came. For this broker, on listeners that accept on all addresses and advertise none, it is
 * the address that the client reached us by: the one address that is known to work for it.
 *
 * <p>Thread-safety: immutable.
 */
public final class AdvertisedEndpoints {
  private final int brokerId;
  private final Set<String> unadvertisedListeners;

  /**
   * @param unadvertisedListeners names of those listeners of this broker that have no address of
   *     their own
   */
  public AdvertisedEndpoints(int brokerId, Set<String> unadvertisedListeners) {
    this.brokerId = brokerId;
    this.unadvertisedListeners = Set.copyOf(unadvertisedListeners);
  }

  /** The endpoint of a broker for this client, or null if it has no listener of that name. */
  public @Nullable Endpoint endpoint(BrokerNode broker, RequestContext client) {
    Endpoint endpoint = broker.endpoints().get(client.listenerName());
    if (endpoint == null
        || broker.id() != brokerId
        || !unadvertisedListeners.contains(client.listenerName())) {
      return endpoint;
    }
    InetAddress reached = client.localAddress().getAddress();
    if (reached == null) {
      return endpoint;
    }
    String host = reached.getHostAddress();
    int scope = host.indexOf('%');
    return new Endpoint(
        endpoint.listenerName(),
        scope < 0 ? host : host.substring(0, scope),
        endpoint.port(),
        endpoint.securityProtocol());
  }
}
