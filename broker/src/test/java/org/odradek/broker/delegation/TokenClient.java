package org.odradek.broker.delegation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.HandlerCall;
import org.odradek.broker.api.RequestContext.ConnectionSession;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.protocol.Message;

/** A client that has said who it is, maybe by a token, and asks for something. */
record TokenClient(Principal principal, boolean isAuthenticated, boolean byToken, Access access) {
  static TokenClient of(String name) {
    return new TokenClient(new Principal("User", name), true, false, Access.UNRESTRICTED);
  }

  TokenClient byItsToken() {
    return new TokenClient(principal, true, true, access);
  }

  TokenClient with(Access rights) {
    return new TokenClient(principal, isAuthenticated, byToken, rights);
  }

  <Q extends Message, R extends Message> R ask(ApiHandler<Q, R> handler, Q request) {
    return ask(handler, request, handler.maxVersion());
  }

  /** The answer, which can be written in that version. */
  <Q extends Message, R extends Message> R ask(ApiHandler<Q, R> handler, Q request, int version) {
    R response =
        HandlerCall.of(handler.apiKey(), version)
            .by(principal, access, session())
            .send(handler, request)
            .join();
    assertTrue(response.sizeInBytes((short) version) > 0);
    return response;
  }

  private ConnectionSession session() {
    return new ConnectionSession() {
      @Override
      public String clientSoftwareName() {
        return "test";
      }

      @Override
      public String clientSoftwareVersion() {
        return "1";
      }

      @Override
      public void clientSoftware(String name, String version) {
        throw new UnsupportedOperationException();
      }

      @Override
      public long connectionId() {
        return 1;
      }

      @Override
      public Principal principal() {
        return principal;
      }

      @Override
      public boolean isAuthenticated() {
        return isAuthenticated;
      }

      @Override
      public boolean isTokenAuthenticated() {
        return byToken;
      }

      @Override
      public void authenticated(Principal principal, boolean byDelegationToken) {
        throw new UnsupportedOperationException();
      }
    };
  }
}
