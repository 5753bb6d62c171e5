package org.odradek.broker.replication;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.HandlerCall;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.storage.FileRecords;

/** A request to a handler of another broker; both ways by the bytes that would go over the wire. */
record SimulatedCall<R extends Message>(
    short version, BiFunction<MessageReader, Short, R> read, CompletableFuture<R> answer)
    implements Responder<R> {

  static <Q extends Message, R extends Message> CompletableFuture<R> to(
      ApiHandler<Q, R> handler,
      short version,
      Q request,
      BiFunction<MessageReader, Short, R> read) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    Q asSent =
        handler.read(new MessageReader(ByteBufferWriter.toByteBuffer(request, version)), version);
    handler.handle(
        HandlerCall.of(handler.apiKey(), version),
        asSent,
        new SimulatedCall<>(version, read, answer));
    return answer;
  }

  @Override
  public void complete(R response) {
    ByteBuffer bytes = ByteBufferWriter.toByteBuffer(response, version);
    if (response instanceof FetchResponse fetched) {
      fetched
          .responses()
          .forEach(topic ->
              topic
                  .partitions()
                  .forEach(partition -> {
                    if (partition.records() instanceof FileRecords file) {
                      file.release();
                    }
                  }));
    }
    answer.complete(read.apply(new MessageReader(bytes), version));
  }

  @Override
  public void completeWithoutResponse() {
    throw new IllegalStateException("no answer to a request that wants one");
  }

  @Override
  public void closeConnection(String reason) {
    answer.completeExceptionally(new IllegalStateException(reason));
  }
}
