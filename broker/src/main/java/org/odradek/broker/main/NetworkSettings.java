package org.odradek.broker.main;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigKey;
import org.odradek.broker.config.ConnectionLimits;
import org.odradek.broker.config.Listener;
import org.odradek.broker.config.Listeners;
import org.odradek.broker.config.NetworkKeys;
import org.odradek.broker.network.ListenerConfig;
import org.odradek.broker.network.ListenerSecurity;
import org.odradek.broker.network.NetworkConfig;

/** Reads the network layer's settings out of the configuration. */
final class NetworkSettings {
  private static final String LOOPBACK = "localhost";
  private static final int DEFAULT_PORT = 9092;

  /**
   * Where nothing is set. With Kafka's 50, a burst of connections overflows the queue while the
   * acceptor waits for a processor, and each client that is turned away waits a second.
   */
  private static final int LISTEN_BACKLOG = 1024;

  private NetworkSettings() {}

  /**
   * @param security says how a listener protects its connections, by its name
   */
  static NetworkConfig of(BrokerConfig config, Function<String, ListenerSecurity> security) {
    int requestMaxBytes = config.value(NetworkKeys.SOCKET_REQUEST_MAX_BYTES);
    long queuedMaxBytes = config.value(NetworkKeys.QUEUED_MAX_REQUEST_BYTES);
    return new NetworkConfig(
        listeners(config, security),
        ifSet(config, NetworkKeys.NUM_NETWORK_THREADS, NetworkConfig.defaultNetworkThreads()),
        config.value(NetworkKeys.NUM_IO_THREADS),
        config.value(NetworkKeys.QUEUED_MAX_REQUESTS),
        config.value(NetworkKeys.SOCKET_SEND_BUFFER_BYTES),
        config.value(NetworkKeys.SOCKET_RECEIVE_BUFFER_BYTES),
        ifSet(config, NetworkKeys.SOCKET_LISTEN_BACKLOG_SIZE, LISTEN_BACKLOG),
        requestMaxBytes,
        queuedMaxBytes > 0
            ? queuedMaxBytes
            : NetworkConfig.defaultRequestMemoryBytes(requestMaxBytes),
        config.value(NetworkKeys.MAX_CONNECTIONS),
        config.value(NetworkKeys.MAX_CONNECTIONS_PER_IP),
        ConnectionLimits.perIpOverrides(config),
        config.value(NetworkKeys.CONNECTIONS_MAX_IDLE_MS));
  }

  /** What is set; where nothing is, not Kafka's default but ours. */
  private static int ifSet(BrokerConfig config, ConfigKey<Integer> key, int otherwise) {
    return config.isSet(key) ? config.value(key) : otherwise;
  }

  /**
   * The listeners as configured. Where nothing at all says where to listen, it is on the loopback
   * interface: a broker without authentication is not to be found on the network by accident.
   */
  private static List<ListenerConfig> listeners(
      BrokerConfig config, Function<String, ListenerSecurity> security) {
    if (saysNothing(config)) {
      return List.of(
          new ListenerConfig(
              "PLAINTEXT", security.apply("PLAINTEXT"), LOOPBACK, DEFAULT_PORT, null, null));
    }
    Listeners configured = Listeners.of(config);
    List<ListenerConfig> listeners = new ArrayList<>();
    for (Listener bound : configured.bound()) {
      Listener advertised = configured.advertisedAs(bound);
      listeners.add(
          new ListenerConfig(
              bound.name(),
              security.apply(bound.name()),
              bound.wildcard() ? "" : bound.host(),
              bound.port(),
              advertised == null || advertised.wildcard() ? null : advertised.host(),
              advertised == null || advertised.port() == 0 ? null : advertised.port()));
    }
    return listeners;
  }

  /** The listeners that are configured; none where nothing says where to listen. */
  static List<Listener> bound(BrokerConfig config) {
    return saysNothing(config) ? List.of() : Listeners.of(config).bound();
  }

  private static boolean saysNothing(BrokerConfig config) {
    return !config.isSet(NetworkKeys.LISTENERS)
        && !config.isSet(NetworkKeys.HOST_NAME)
        && !config.isSet(NetworkKeys.PORT)
        && !config.isSet(NetworkKeys.ADVERTISED_LISTENERS)
        && !config.isSet(NetworkKeys.ADVERTISED_HOST_NAME);
  }

  /** The listener that brokers use among themselves. */
  static String interBrokerListener(BrokerConfig config) {
    return saysNothing(config) ? "PLAINTEXT" : Listeners.of(config).interBrokerName();
  }

  /** Names of the listeners that have no address of their own to tell. */
  static Set<String> unadvertised(NetworkConfig config) {
    Set<String> names = new HashSet<>();
    for (ListenerConfig listener : config.listeners()) {
      if (listener.advertisedHost() == null && listener.bindsAllAddresses()) {
        names.add(listener.name());
      }
    }
    return names;
  }
}
