package org.odradek.broker.network;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Counts open connections, in all and by client address, against {@code max.connections}, {@code
 * max.connections.per.ip} and {@code max.connections.per.ip.overrides}. The limits can be changed
 * while connections are open; those stay.
 *
 * <p>Thread-safe.
 */
public final class ConnectionLimits {
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();
  private final List<Runnable> onRoom = new CopyOnWriteArrayList<>();
  private int open;

  private volatile int maxConnections;
  private volatile int maxConnectionsPerIp;
  private final Map<InetAddress, Integer> overrides = new ConcurrentHashMap<>();

  ConnectionLimits(int maxConnections, int maxConnectionsPerIp, Map<String, Integer> overrides) {
    this.maxConnections = maxConnections;
    this.maxConnectionsPerIp = maxConnectionsPerIp;
    overrides(overrides);
  }

  public void maxConnections(int limit) {
    maxConnections = limit;
    onRoom.forEach(Runnable::run);
  }

  /**
   * Has {@code action} called, on any thread, whenever there may be room for a connection again:
   * all listeners share the limit, so each of them may have been waiting for it.
   */
  void onRoom(Runnable action) {
    onRoom.add(action);
  }

  public void maxConnectionsPerIp(int limit) {
    maxConnectionsPerIp = limit;
  }

  /**
   * Replaces all overrides.
   *
   * @param limits by address; a name stands for the address it resolves to now
   */
  public void overrides(Map<String, Integer> limits) {
    Map<InetAddress, Integer> resolved = new HashMap<>();
    limits.forEach((host, limit) -> {
      try {
        resolved.put(InetAddress.getByName(host), limit);
      } catch (java.net.UnknownHostException e) {
        throw new IllegalArgumentException(
            "max.connections.per.ip.overrides names the host " + host + ", which is unknown", e);
      }
    });
    overrides.keySet().retainAll(resolved.keySet());
    overrides.putAll(resolved);
  }

  /** Counts one more connection and returns null, or says which limit is in the way. */
  synchronized @Nullable String tryOpen(InetAddress client) {
    if (open >= maxConnections) {
      return "max.connections=" + maxConnections + " reached";
    }
    int limit = overrides.getOrDefault(client, maxConnectionsPerIp);
    int ofClient = byAddress.getOrDefault(client, 0);
    if (ofClient >= limit) {
      return "max.connections.per.ip"
          + (overrides.containsKey(client) ? ".overrides" : "")
          + "="
          + limit
          + " reached";
    }
    open++;
    byAddress.put(client, ofClient + 1);
    return null;
  }

  void closed(InetAddress client) {
    boolean wasFull;
    synchronized (this) {
      wasFull = open >= maxConnections;
      open--;
      byAddress.compute(client, (address, count) -> count == null || count == 1 ? null : count - 1);
    }
    if (wasFull) {
      onRoom.forEach(Runnable::run);
    }
  }

  /** Connections open now. */
  public synchronized int open() {
    return open;
  }

  /** Whether one more connection would be refused whoever it is from. */
  synchronized boolean isFull() {
    return open >= maxConnections;
  }
}
