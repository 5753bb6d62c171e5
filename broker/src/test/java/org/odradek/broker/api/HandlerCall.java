package org.odradek.broker.api;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;

/**
 * One request to a handler, without a network: by a client that nobody asked for its name, on the
 * listener PLAINTEXT, unless a test says otherwise.
 *
 * @param connection what {@link #session} gives; null where nobody may ask for it
 */
public record HandlerCall(
    ApiKey apiKey,
    short version,
    @Nullable String clientId,
    int sizeInBytes,
    String listenerName,
    Principal principal,
    Access access,
    @Nullable ConnectionSession connection)
    implements RequestContext {

  /** How a client reached this broker: not by the address that it advertises. */
  private static final InetSocketAddress REACHED_BY = new InetSocketAddress("127.0.0.9", 9001);

  public static HandlerCall of(ApiKey apiKey, int version) {
    return new HandlerCall(
        apiKey,
        (short) version,
        "test",
        0,
        "PLAINTEXT",
        Principal.ANONYMOUS,
        Access.UNRESTRICTED,
        null);
  }

  /** Of a user's client, for whoever looks at nothing but who sent it. */
  public static HandlerCall from(String user, @Nullable String clientId) {
    return of(ApiKey.PRODUCE, 9)
        .clientId(clientId)
        .by(new Principal(Principal.USER, user), Access.UNRESTRICTED, null);
  }

  public HandlerCall clientId(@Nullable String id) {
    return new HandlerCall(
        apiKey, version, id, sizeInBytes, listenerName, principal, access, connection);
  }

  public HandlerCall sizeInBytes(int size) {
    return new HandlerCall(
        apiKey, version, clientId, size, listenerName, principal, access, connection);
  }

  /** Of a user who has shown who it is. */
  public HandlerCall by(Principal user, Access rights, @Nullable ConnectionSession over) {
    return new HandlerCall(
        apiKey, version, clientId, sizeInBytes, "SASL_PLAINTEXT", user, rights, over);
  }

  /** What the handler answers, now or later. */
  public static <Q extends Message, R extends Message> CompletableFuture<R> ask(
      ApiHandler<Q, R> handler, int version, Q request) {
    return of(handler.apiKey(), version).send(handler, request);
  }

  /** As above, of this request. */
  public <Q extends Message, R extends Message> CompletableFuture<R> send(
      ApiHandler<Q, R> handler, Q request) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    handler.handle(
        this,
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
    return answer;
  }

  @Override
  public int correlationId() {
    return 1;
  }

  @Override
  public InetSocketAddress clientAddress() {
    return new InetSocketAddress("127.0.0.1", 50_000);
  }

  @Override
  public InetSocketAddress localAddress() {
    return REACHED_BY;
  }

  @Override
  public ConnectionSession session() {
    if (connection == null) {
      throw new UnsupportedOperationException("not asked for here");
    }
    return connection;
  }
}
