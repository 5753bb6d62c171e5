package org.odradek.broker.group;

import java.net.InetAddress;
import org.odradek.broker.api.RequestContext;

/** How groups show where a member connects from: {@code /127.0.0.1}, as Kafka prints it. */
final class ClientHost {
  private ClientHost() {}

  static String of(RequestContext context) {
    InetAddress address = context.clientAddress().getAddress();
    return "/"
        + (address == null ? context.clientAddress().getHostString() : address.getHostAddress());
  }
}
