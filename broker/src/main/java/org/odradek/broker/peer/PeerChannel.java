package org.odradek.broker.peer;

import java.util.concurrent.CompletableFuture;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;

/**
 * A connection to one broker, made when the first request is sent, and again after it broke.
 *
 * <p>Requests go out in the order of the calls, without waiting for the answers to earlier ones. A
 * request is never repeated by the channel: when the connection breaks, all that were not answered
 * fail at once with a {@link PeerException}, and whether they were obeyed is not known. After a
 * failure to connect, requests fail at once until a short pause is over.
 *
 * <p>Thread-safety: any thread. Futures are completed on an event loop, or on the caller's thread
 * before {@code send} returns; what hangs on them must not block.
 */
public interface PeerChannel extends AutoCloseable {

  /** Whom this is a connection to. */
  PeerAddress peer();

  /**
   * Sends a request. The message must not be changed until the future is done.
   *
   * <p>The future fails with a {@link PeerException}, also when there is no answer in time; the
   * connection is then given up, since answers come in the order of the requests. Who ends the
   * future before (say, by {@code orTimeout}) gets no response, and has none to close.
   */
  CompletableFuture<PeerResponse> send(ApiKey apiKey, short version, Message request);

  /** As {@link #send}, for responses without records or other bytes: there is nothing to close. */
  default CompletableFuture<Message> call(ApiKey apiKey, short version, Message request) {
    CompletableFuture<Message> answer = new CompletableFuture<>();
    send(apiKey, version, request)
        .whenComplete((response, failure) -> {
          if (response == null) {
            answer.completeExceptionally(failure);
          } else {
            Message message = response.message();
            response.close();
            answer.complete(message);
          }
        });
    return answer;
  }

  /** Breaks the connection; requests that were not answered fail, later ones too. */
  @Override
  void close();
}
