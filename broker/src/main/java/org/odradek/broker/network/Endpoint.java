package org.odradek.broker.network;

/**
 * An address of a broker that clients or other brokers connect to.
 *
 * @param listenerName in upper case
 * @param host a name or a literal address, IPv6 without brackets
 * @param port 1 to 65535
 */
public record Endpoint(
    String listenerName, String host, int port, SecurityProtocol securityProtocol) {

  /** {@code NAME://host:port}, as in {@code listeners} and in the broker's znode. */
  @Override
  public String toString() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return listenerName + "://" + shown + ":" + port;
  }
}
