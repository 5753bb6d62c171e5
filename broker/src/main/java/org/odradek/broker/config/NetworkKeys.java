package org.odradek.broker.config;

/**
 * Typed names of the configuration keys about listeners, connections, sockets and request queues.
 */
public final class NetworkKeys {
  public static final ConfigKey<String> ADVERTISED_HOST_NAME =
      ConfigKey.ofString("advertised.host.name");
  public static final ConfigKey<String> ADVERTISED_LISTENERS =
      ConfigKey.ofString("advertised.listeners");
  public static final ConfigKey<Integer> ADVERTISED_PORT = ConfigKey.ofInt("advertised.port");
  public static final ConfigKey<Integer> BACKGROUND_THREADS = ConfigKey.ofInt("background.threads");
  public static final ConfigKey<Long> CONNECTIONS_MAX_IDLE_MS =
      ConfigKey.ofLong("connections.max.idle.ms");
  public static final ConfigKey<Integer> FETCH_MAX_BYTES = ConfigKey.ofInt("fetch.max.bytes");
  public static final ConfigKey<Integer> FETCH_PURGATORY_PURGE_INTERVAL_REQUESTS =
      ConfigKey.ofInt("fetch.purgatory.purge.interval.requests");
  public static final ConfigKey<String> HOST_NAME = ConfigKey.ofString("host.name");
  public static final ConfigKey<String> LISTENER_SECURITY_PROTOCOL_MAP =
      ConfigKey.ofString("listener.security.protocol.map");
  public static final ConfigKey<String> LISTENERS = ConfigKey.ofString("listeners");
  public static final ConfigKey<Integer> MAX_CONNECTION_CREATION_RATE =
      ConfigKey.ofInt("max.connection.creation.rate");
  public static final ConfigKey<Integer> MAX_CONNECTIONS = ConfigKey.ofInt("max.connections");
  public static final ConfigKey<Integer> MAX_CONNECTIONS_PER_IP =
      ConfigKey.ofInt("max.connections.per.ip");
  public static final ConfigKey<String> MAX_CONNECTIONS_PER_IP_OVERRIDES =
      ConfigKey.ofString("max.connections.per.ip.overrides");
  public static final ConfigKey<Integer> MAX_INCREMENTAL_FETCH_SESSION_CACHE_SLOTS =
      ConfigKey.ofInt("max.incremental.fetch.session.cache.slots");
  public static final ConfigKey<Integer> MAX_REQUEST_PARTITION_SIZE_LIMIT =
      ConfigKey.ofInt("max.request.partition.size.limit");
  public static final ConfigKey<Integer> NUM_IO_THREADS = ConfigKey.ofInt("num.io.threads");
  public static final ConfigKey<Integer> NUM_NETWORK_THREADS =
      ConfigKey.ofInt("num.network.threads");
  public static final ConfigKey<Integer> PORT = ConfigKey.ofInt("port");
  public static final ConfigKey<Long> QUEUED_MAX_REQUEST_BYTES =
      ConfigKey.ofLong("queued.max.request.bytes");
  public static final ConfigKey<Integer> QUEUED_MAX_REQUESTS =
      ConfigKey.ofInt("queued.max.requests");
  public static final ConfigKey<Integer> REQUEST_TIMEOUT_MS = ConfigKey.ofInt("request.timeout.ms");
  public static final ConfigKey<Long> SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS =
      ConfigKey.ofLong("socket.connection.setup.timeout.max.ms");
  public static final ConfigKey<Long> SOCKET_CONNECTION_SETUP_TIMEOUT_MS =
      ConfigKey.ofLong("socket.connection.setup.timeout.ms");
  public static final ConfigKey<Integer> SOCKET_LISTEN_BACKLOG_SIZE =
      ConfigKey.ofInt("socket.listen.backlog.size");
  public static final ConfigKey<Integer> SOCKET_RECEIVE_BUFFER_BYTES =
      ConfigKey.ofInt("socket.receive.buffer.bytes");
  public static final ConfigKey<Integer> SOCKET_REQUEST_MAX_BYTES =
      ConfigKey.ofInt("socket.request.max.bytes");
  public static final ConfigKey<Integer> SOCKET_SEND_BUFFER_BYTES =
      ConfigKey.ofInt("socket.send.buffer.bytes");

  private NetworkKeys() {}
}
