package org.odradek.broker.main;

import java.util.LinkedHashMap;
import java.util.Map;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.Listener;
import org.odradek.broker.network.SecurityProtocol;
import org.odradek.broker.network.TlsHandlerFactory;
import org.odradek.broker.peer.PeerTlsHandlerFactory;
import org.odradek.broker.tls.ListenerTls;
import org.odradek.broker.tls.TlsResources;

/** TLS of all listeners that have it. Costs nothing where none has. */
final class TlsServices implements AutoCloseable {
  private final BrokerConfig initial;
  private final Map<String, ListenerTls> listeners = new LinkedHashMap<>();
  private final TlsResources resources = new TlsResources();

  TlsServices(BrokerConfig initial) {
    this.initial = initial;
  }

  /**
   * Reads the stores of a listener.
   *
   * @throws ConfigException when they cannot be used
   */
  TlsHandlerFactory open(Listener listener) {
    SecurityProtocol protocol = SecurityProtocol.valueOf(listener.protocol().name());
    boolean forPeers = listener.name().equals(NetworkSettings.interBrokerListener(initial));
    ListenerTls tls =
        ListenerTls.open(initial, listener.name(), protocol.usesSasl(), forPeers, resources);
    listeners.put(listener.name(), tls);
    return tls;
  }

  /**
   * Of the listener that brokers use among themselves.
   *
   * @throws IllegalStateException when it was not opened
   */
  PeerTlsHandlerFactory peers() {
    ListenerTls tls = listeners.get(NetworkSettings.interBrokerListener(initial));
    if (tls == null) {
      throw new IllegalStateException("the listener for brokers has no TLS");
    }
    return tls.peers();
  }

  @Override
  public void close() {
    listeners.values().forEach(ListenerTls::close);
    resources.close();
  }
}
