package org.odradek.broker.peer;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.SaslClientMechanism;
import org.odradek.broker.network.SecurityProtocol;

/**
 * How this broker's connections to others are protected.
 *
 * @param protocol that of the listener which brokers use among themselves
 * @param tls not null where the protocol uses TLS, and only then
 * @param sasl how this broker logs in; not null where the protocol uses SASL, and only then
 */
public record PeerSecurity(
    SecurityProtocol protocol,
    @Nullable PeerTlsHandlerFactory tls,
    @Nullable SaslClientMechanism sasl) {

  public static final PeerSecurity PLAINTEXT =
      new PeerSecurity(SecurityProtocol.PLAINTEXT, null, null);

  public PeerSecurity {
    if (protocol.usesTls() != (tls != null) || protocol.usesSasl() != (sasl != null)) {
      throw new IllegalArgumentException(
          protocol
              + " with "
              + (tls == null ? "no TLS" : "TLS")
              + " and "
              + (sasl == null ? "no SASL" : "SASL"));
    }
  }
}
