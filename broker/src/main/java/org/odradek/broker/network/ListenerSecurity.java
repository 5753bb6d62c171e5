package org.odradek.broker.network;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.SaslListener;

/**
 * How a listener protects its connections.
 *
 * @param tls not null with {@link SecurityProtocol#SSL} and {@link SecurityProtocol#SASL_SSL}, and
 *     only then
 * @param sasl not null with {@link SecurityProtocol#SASL_PLAINTEXT} and {@link
 *     SecurityProtocol#SASL_SSL}, and only then
 */
public record ListenerSecurity(
    SecurityProtocol protocol, @Nullable TlsHandlerFactory tls, @Nullable SaslListener sasl) {

  public static final ListenerSecurity PLAINTEXT =
      new ListenerSecurity(SecurityProtocol.PLAINTEXT, null, null);

  public ListenerSecurity {
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
