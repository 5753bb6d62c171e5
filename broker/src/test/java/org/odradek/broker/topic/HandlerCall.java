package org.odradek.broker.topic;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;

/** One request to a handler, without a network. */
public record HandlerCall(ApiKey apiKey, short version) implements RequestContext {

  /** What the handler answers, now or later. */
  public static <Q extends Message, R extends Message> CompletableFuture<R> ask(
      ApiHandler<Q, R> handler, int version, Q request) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    handler.handle(
        new HandlerCall(handler.apiKey(), (short) version),
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
  public @Nullable String clientId() {
    return "test";
  }

  @Override
  public String listenerName() {
    return "PLAINTEXT";
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
    return Principal.ANONYMOUS;
  }

  @Override
  public ConnectionSession session() {
    throw new UnsupportedOperationException("not asked for here");
  }
}
