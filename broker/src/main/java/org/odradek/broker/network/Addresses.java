package org.odradek.broker.network;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Addresses as a person reads them, without asking a name server. */
public final class Addresses {
  private Addresses() {}

  /** {@code 127.0.0.1:9092}, {@code [::1]:9092}. */
  public static String show(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet)) {
      return String.valueOf(address);
    }
    InetAddress resolved = inet.getAddress();
    String host = resolved == null ? inet.getHostString() : resolved.getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
  }
}
