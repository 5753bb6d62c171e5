package org.odradek.broker.authentication;

import java.net.InetSocketAddress;

/**
 * The server's side of one SASL mechanism, as it is set up for one listener.
 *
 * <p>Thread-safety: one instance serves all connections of the listener at once.
 */
public interface SaslMechanism {

  /** As clients ask for it: {@code PLAIN}, {@code SCRAM-SHA-256}. */
  String name();

  /**
   * Begins the login of one connection; called anew when a client authenticates again.
   *
   * @param client where it comes from
   */
  SaslExchange begin(InetSocketAddress client);
}
