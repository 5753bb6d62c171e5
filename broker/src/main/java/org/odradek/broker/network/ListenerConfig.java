package org.odradek.broker.network;

import org.jspecify.annotations.Nullable;

/**
 * One named listener: where it binds, and what is told to clients that came in by it.
 *
 * @param name in upper case, unique within the broker
 * @param security its protocol is from {@code listener.security.protocol.map}
 * @param bindHost a name or literal address; empty for all addresses of the machine
 * @param bindPort 0 to 65535; 0 lets the system choose
 * @param advertisedHost null when nothing is configured: then clients are told the address that
 *     they reached us by where the listener is bound to all addresses, else {@code bindHost}
 * @param advertisedPort null or 0 when nothing is configured: the port that was bound
 */
public record ListenerConfig(
    String name,
    ListenerSecurity security,
    String bindHost,
    int bindPort,
    @Nullable String advertisedHost,
    @Nullable Integer advertisedPort) {

  /** How its connections are protected. */
  public SecurityProtocol securityProtocol() {
    return security.protocol();
  }

  /** Whether the listener accepts on all addresses of the machine. */
  public boolean bindsAllAddresses() {
    return bindHost.isEmpty() || bindHost.equals("0.0.0.0") || bindHost.equals("::");
  }
}
