package org.odradek.broker.authentication.gssapi;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.odradek.broker.authentication.SaslExchange;
import org.odradek.broker.authentication.SaslMechanism;

/**
 * GSSAPI (RFC 4752): a client shows a ticket for the service that this broker is.
 *
 * <p>Thread-safety: any thread.
 */
public final class GssapiMechanism implements SaslMechanism {
  /** Its name. */
  public static final String NAME = "GSSAPI";

  private final KerberosLogin login;
  private final LocalNames names;
  private final Executor executor;

  /**
   * @param names which users principals are
   * @param executor where tokens are judged
   */
  public GssapiMechanism(KerberosLogin login, LocalNames names, Executor executor) {
    this.login = login;
    this.names = names;
    this.executor = executor;
  }

  /** Whether it judges tokens with this login's key. */
  public boolean uses(KerberosLogin other) {
    return login == other;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Executor executor() {
    return executor;
  }

  @Override
  public SaslExchange begin(InetSocketAddress client) {
    return new GssapiExchange(login, names);
  }
}
