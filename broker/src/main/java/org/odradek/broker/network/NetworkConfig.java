package org.odradek.broker.network;

import io.netty.util.internal.PlatformDependent;
import java.util.List;
import java.util.Map;

/**
 * Settings of the network layer, by Kafka's keys where there is one.
 *
 * @param listeners at least one
 * @param networkThreads event loops, all listeners together ({@code num.network.threads})
 * @param workerThreads at most so many handlers that may wait run at once ({@code num.io.threads})
 * @param workerQueueLength requests that wait for a worker ({@code queued.max.requests})
 * @param sendBufferBytes {@code socket.send.buffer.bytes}; -1 leaves it to the system
 * @param receiveBufferBytes {@code socket.receive.buffer.bytes}; -1 leaves it to the system
 * @param listenBacklog {@code socket.listen.backlog.size}; the system may have a lower limit
 * @param requestMaxBytes {@code socket.request.max.bytes}
 * @param requestMemoryBytes what all requests that are being received or served may take together
 *     ({@code queued.max.request.bytes}); never 0
 * @param maxConnections {@code max.connections}
 * @param maxConnectionsPerIp {@code max.connections.per.ip}
 * @param maxConnectionsPerIpOverrides by literal address ({@code max.connections.per.ip.overrides})
 * @param connectionsMaxIdleMs {@code connections.max.idle.ms}; negative for never
 */
public record NetworkConfig(
    List<ListenerConfig> listeners,
    int networkThreads,
    int workerThreads,
    int workerQueueLength,
    int sendBufferBytes,
    int receiveBufferBytes,
    int listenBacklog,
    int requestMaxBytes,
    long requestMemoryBytes,
    int maxConnections,
    int maxConnectionsPerIp,
    Map<String, Integer> maxConnectionsPerIpOverrides,
    long connectionsMaxIdleMs) {

  /**
   * Requests of one connection that may be served at once. Beyond it the connection is not read;
   * Java clients keep at most 5 in flight, librdkafka many more.
   */
  static final int MAX_IN_FLIGHT_PER_CONNECTION = 128;

  /** Bytes of responses waiting in one connection at which it is no longer read. */
  static final int WRITE_BUFFER_HIGH_BYTES = 1 << 20;

  /** Bytes of responses waiting in one connection at which it is read again. */
  static final int WRITE_BUFFER_LOW_BYTES = 256 << 10;

  public NetworkConfig {
    listeners = List.copyOf(listeners);
    maxConnectionsPerIpOverrides = Map.copyOf(maxConnectionsPerIpOverrides);
    if (listeners.isEmpty()) {
      throw new IllegalArgumentException("no listeners");
    }
  }

  /** Kafka's defaults, with the event loops of {@link #defaultNetworkThreads}. */
  public static NetworkConfig defaults(List<ListenerConfig> listeners) {
    return new NetworkConfig(
        listeners,
        defaultNetworkThreads(),
        8,
        500,
        100 * 1024,
        100 * 1024,
        50,
        100 * 1024 * 1024,
        defaultRequestMemoryBytes(100 * 1024 * 1024),
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        Map.of(),
        600_000);
  }

  /**
   * Kafka's 3, but never more than there are processors: an event loop is never idle by waiting.
   */
  public static int defaultNetworkThreads() {
    return Math.min(3, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Kafka has no limit by default. Here half of what the JVM may use for direct buffers is the
   * limit, and at least one request of the largest size.
   */
  public static long defaultRequestMemoryBytes(int requestMaxBytes) {
    long direct = PlatformDependent.maxDirectMemory();
    return Math.max(requestMaxBytes, direct / 2);
  }
}
