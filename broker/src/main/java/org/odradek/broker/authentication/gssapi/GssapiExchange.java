package org.odradek.broker.authentication.gssapi;

import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.AuthorizeCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.SaslExchange;

/**
 * One login by Kerberos. The client is whom its ticket names, whoever else it asks to be.
 *
 * <p>Nothing is agreed upon for the bytes that follow the login: TLS protects them, or nothing
 * does.
 */
final class GssapiExchange implements SaslExchange {
  /** What clients are told, whatever is wrong with a ticket; Kafka's text. */
  private static final String REFUSED =
      "Authentication failed during authentication due to invalid credentials with SASL mechanism "
          + GssapiMechanism.NAME;

  private final KerberosLogin login;
  private final LocalNames names;
  private @Nullable Subject subject;
  private @Nullable SaslServer server;

  GssapiExchange(KerberosLogin login, LocalNames names) {
    this.login = login;
    this.names = names;
  }

  @Override
  public Step evaluate(byte[] token) {
    Subject current = subject;
    if (current == null) {
      try {
        current = login.subject();
      } catch (IllegalStateException e) {
        return new Unjudged(null, String.valueOf(e.getMessage()));
      }
      subject = current;
    }
    Subject acceptor = current;
    try {
      Step step = Subject.callAs(acceptor, () -> evaluateAs(acceptor, token));
      if (!(step instanceof Challenge)) {
        dispose();
      }
      return step;
    } catch (CompletionException e) {
      dispose();
      return failed(e.getCause() == null ? e : e.getCause());
    }
  }

  private Step evaluateAs(Subject acceptor, byte[] token) throws SaslException {
    if (server == null) {
      server = open(acceptor);
    }
    byte[] answer = server.evaluateResponse(token);
    if (answer == null) {
      answer = new byte[0];
    }
    return server.isComplete() ? done(server.getAuthorizationID(), answer) : new Challenge(answer);
  }

  private static SaslServer open(Subject acceptor) throws SaslException {
    KerberosName service = KerberosName.parse(KerberosLogin.name(acceptor));
    SaslServer opened =
        Sasl.createSaslServer(
            GssapiMechanism.NAME,
            service.first(),
            service.second(),
            Map.of(),
            GssapiExchange::authorize);
    if (opened == null) {
      throw new SaslException("this JVM has no GSSAPI: the module jdk.security.jgss is missing");
    }
    return opened;
  }

  private static void authorize(Callback[] callbacks) throws UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      if (!(callback instanceof AuthorizeCallback authorize)) {
        throw new UnsupportedCallbackException(callback);
      }
      authorize.setAuthorized(true);
      authorize.setAuthorizedID(authorize.getAuthenticationID());
    }
  }

  private Step done(String principal, byte[] answer) {
    try {
      return new Done(answer, Identity.ofUser(names.of(principal)));
    } catch (NoLocalNameException e) {
      return new Failed(
          principal,
          "Authentication failed: the broker has no user name for this Kerberos principal",
          String.valueOf(e.getMessage()));
    }
  }

  /** What comes unexpected goes on as it is: the login fails, and the client is not told why. */
  private static Step failed(Throwable failure) {
    if (failure instanceof RuntimeException unexpected) {
      throw unexpected;
    }
    String reasons = KerberosFailure.reasons(failure);
    return KerberosFailure.isRetriable(failure)
        ? new Unjudged(null, reasons)
        : new Failed(null, REFUSED, reasons);
  }

  /** Keys of the session are not left to the garbage collector. */
  private void dispose() {
    if (server != null) {
      try {
        server.dispose();
      } catch (SaslException e) {
        // it is not used again
      }
      server = null;
    }
  }
}
