package org.odradek.broker.delegation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;

/** A request of a client that has said who it is. */
record TokenCall(ApiKey apiKey, Client client, short version) implements RequestContext {

  /** Who asks. */
  record Client(Principal principal, boolean isAuthenticated, boolean byToken, Access access) {
    static Client of(String name) {
      return new Client(new Principal("User", name), true, false, Access.UNRESTRICTED);
    }

    Client byItsToken() {
      return new Client(principal, true, true, access);
    }

    Client with(Access rights) {
      return new Client(principal, isAuthenticated, byToken, rights);
    }

    <Q extends Message, R extends Message> R ask(ApiHandler<Q, R> handler, Q request) {
      return ask(handler, request, handler.maxVersion());
    }

    /** The answer, which can be written in that version. */
    <Q extends Message, R extends Message> R ask(ApiHandler<Q, R> handler, Q request, int version) {
      CompletableFuture<R> answer = new CompletableFuture<>();
      handler.handle(
          new TokenCall(handler.apiKey(), this, (short) version),
          request,
          new Responder<>() {
            @Override
            public void complete(R response) {
              if (!answer.complete(response)) {
                throw new IllegalStateException("answered twice");
              }
            }

            @Override
            public void completeWithoutResponse() {
              answer.completeExceptionally(new AssertionError("no response"));
            }

            @Override
            public void closeConnection(String reason) {
              answer.completeExceptionally(new AssertionError(reason));
            }
          });
      R response = answer.join();
      assertTrue(response.sizeInBytes((short) version) > 0);
      return response;
    }
  }

  @Override
  public int correlationId() {
    return 1;
  }

  @Override
  public @Nullable String clientId() {
    return "test";
  }

  @Override
  public String listenerName() {
    return "SASL_PLAINTEXT";
  }

  @Override
  public InetSocketAddress clientAddress() {
    return new InetSocketAddress("127.0.0.1", 50_000);
  }

  @Override
  public InetSocketAddress localAddress() {
    return new InetSocketAddress("127.0.0.1", 9092);
  }

  @Override
  public Principal principal() {
    return client.principal();
  }

  @Override
  public Access access() {
    return client.access();
  }

  @Override
  public ConnectionSession session() {
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
        return client.principal();
      }

      @Override
      public boolean isAuthenticated() {
        return client.isAuthenticated();
      }

      @Override
      public boolean isTokenAuthenticated() {
        return client.byToken();
      }

      @Override
      public void authenticated(Principal principal, boolean byDelegationToken) {
        throw new UnsupportedOperationException();
      }
    };
  }
}
