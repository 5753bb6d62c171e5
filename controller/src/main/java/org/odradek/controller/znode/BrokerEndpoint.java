package org.odradek.controller.znode;

import java.util.Map;

/**
 * Where one listener of a broker is reached.
 *
 * @param listenerName in upper case
 * @param securityProtocol PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL
 */
public record BrokerEndpoint(String listenerName, String securityProtocol, String host, int port) {

  /** As in the znode: {@code PLAINTEXT://host:9092}, an IPv6 address in brackets. */
  @Override
  public String toString() {
    String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return listenerName + "://" + bracketed + ":" + port;
  }

  /** Parses what {@link #toString} writes; the security protocol is known from elsewhere. */
  static BrokerEndpoint parse(String text, Map<String, String> protocolByListener) {
    int scheme = text.indexOf("://");
    int colon = text.lastIndexOf(':');
    if (scheme <= 0 || colon <= scheme + 2) {
      throw new ZnodeFormatException("'" + text + "' is not an endpoint (LISTENER://host:port)");
    }
    String listener = text.substring(0, scheme);
    String host = text.substring(scheme + 3, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return new BrokerEndpoint(
          listener, protocolByListener.getOrDefault(listener, listener), host, port);
    } catch (NumberFormatException e) {
      throw new ZnodeFormatException("'" + text + "' is not an endpoint: bad port", e);
    }
  }
}
