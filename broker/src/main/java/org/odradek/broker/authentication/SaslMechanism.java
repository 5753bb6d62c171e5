package org.odradek.broker.authentication;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

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

  /**
   * Where tokens are judged, as that may wait; null where it never does, and is done on the
   * connection's event loop. A connection hands in one task at a time; one that is refused ends the
   * connection, so that the client tries again.
   */
  default @Nullable Executor executor() {
    return null;
  }
}
