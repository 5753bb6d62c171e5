package org.odradek.broker.authentication.gssapi;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import javax.security.auth.Subject;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.SaslClientExchange;
import org.odradek.broker.authentication.SaslClientMechanism;
import org.odradek.broker.authentication.SaslLoginException;

/**
 * GSSAPI from the client's side: a ticket for the other broker's service is asked for, then shown.
 *
 * <p>Thread-safety: any thread.
 */
public final class GssapiClient implements SaslClientMechanism {
  private final KerberosLogin login;
  private final String serviceName;
  private final Executor executor;

  /**
   * @param serviceName {@code sasl.kerberos.service.name}: the first part of brokers' principals
   * @param executor where tickets are asked for
   */
  public GssapiClient(KerberosLogin login, String serviceName, Executor executor) {
    this.login = login;
    this.serviceName = serviceName;
    this.executor = executor;
  }

  @Override
  public String name() {
    return GssapiMechanism.NAME;
  }

  @Override
  public Executor executor() {
    return executor;
  }

  @Override
  public SaslClientExchange begin(String host) {
    Subject subject;
    try {
      subject = login.subject();
    } catch (IllegalStateException e) {
      throw new SaslLoginException(String.valueOf(e.getMessage()), e);
    }
    String service = serviceName + "/" + host;
    return new Exchange(subject, service, as(subject, service, () -> open(subject, host)));
  }

  private SaslClient open(Subject subject, String host) throws SaslException {
    SaslClient opened =
        Sasl.createSaslClient(
            new String[] {GssapiMechanism.NAME},
            KerberosLogin.name(subject),
            serviceName,
            host,
            Map.of(),
            callbacks -> {
              throw new UnsupportedCallbackException(callbacks[0]);
            });
    if (opened == null) {
      throw new SaslException("this JVM has no GSSAPI: the module jdk.security.jgss is missing");
    }
    return opened;
  }

  private static <T> T as(Subject subject, String service, Callable<T> action) {
    try {
      return Subject.callAs(subject, action);
    } catch (CompletionException e) {
      throw new SaslLoginException(
          "no login by Kerberos to the service "
              + service
              + ": "
              + KerberosFailure.reasons(e.getCause() == null ? e : e.getCause()),
          e);
    }
  }

  private static final class Exchange implements SaslClientExchange {
    private final Subject subject;
    private final String service;
    private final SaslClient client;

    Exchange(Subject subject, String service, SaslClient client) {
      this.subject = subject;
      this.service = service;
      this.client = client;
    }

    @Override
    public byte[] firstToken() {
      return client.hasInitialResponse() ? next(new byte[0]) : new byte[0];
    }

    @Override
    public byte @Nullable [] evaluate(byte[] challenge) {
      if (!client.isComplete()) {
        return next(challenge);
      }
      if (challenge.length > 0) {
        throw new SaslLoginException(
            "GSSAPI was over, but the server sent " + challenge.length + " bytes more");
      }
      return null;
    }

    private byte[] next(byte[] challenge) {
      return as(
          subject,
          service,
          () -> {
            byte[] token = client.evaluateChallenge(challenge);
            return token == null ? new byte[0] : token;
          });
    }

    @Override
    public boolean isComplete() {
      return client.isComplete();
    }

    @Override
    public void dispose() {
      try {
        client.dispose();
      } catch (SaslException e) {
        // it is not used again
      }
    }
  }
}
