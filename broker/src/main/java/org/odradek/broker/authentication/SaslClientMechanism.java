package org.odradek.broker.authentication;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one SASL mechanism, with the credentials of this broker: how it logs in to
 * other brokers.
 *
 * <p>Thread-safety: one instance serves all connections at once.
 */
public interface SaslClientMechanism {

  /** {@code PLAIN}, {@code SCRAM-SHA-256}. */
  String name();

  /**
   * Begins a login.
   *
   * @param host the other broker, as it is advertised
   * @throws SaslLoginException if there is nothing to log in with
   */
  SaslClientExchange begin(String host);

  /**
   * Where exchanges run, their begin included, as they may wait; null where they never do, and run
   * on the connection's event loop. A connection hands in one task at a time.
   */
  default @Nullable Executor executor() {
    return null;
  }
}
