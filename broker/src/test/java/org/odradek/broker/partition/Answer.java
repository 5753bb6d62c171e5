package org.odradek.broker.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.HandlerCall;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;

/**
 * What a handler answers a client of one version: encoded and decoded again, so that a test sees
 * what the client sees.
 */
public final class Answer<R extends Message> implements Responder<R> {
  private final short version;
  private final BiFunction<MessageReader, Short, R> read;
  private @Nullable R response;
  private @Nullable String closed;
  private boolean silent;
  private int throttledMs;

  private Answer(short version, BiFunction<MessageReader, Short, R> read) {
    this.version = version;
    this.read = read;
  }

  /** Asks as a client of the listener PLAINTEXT; the answer may come later. */
  public static <Q extends Message, R extends Message> Answer<R> to(
      ApiHandler<Q, R> handler,
      int version,
      Q request,
      BiFunction<MessageReader, Short, R> readResponse) {
    return to(handler, version, "test", request, readResponse);
  }

  /** As above, as a client with this id. */
  public static <Q extends Message, R extends Message> Answer<R> to(
      ApiHandler<Q, R> handler,
      int version,
      String clientId,
      Q request,
      BiFunction<MessageReader, Short, R> readResponse) {
    short v = (short) version;
    Answer<R> answer = new Answer<>(v, readResponse);
    ByteBuffer bytes = ByteBufferWriter.toByteBuffer(request, v);
    int size = bytes.remaining();
    Q asSent = handler.read(new MessageReader(bytes), v);
    handler.handle(
        HandlerCall.of(handler.apiKey(), v).clientId(clientId).sizeInBytes(size), asSent, answer);
    return answer;
  }

  /** The answer, which has to be there. */
  public R get() {
    R present = response;
    assertNotNull(present, "no answer yet");
    return present;
  }

  public boolean isOpen() {
    return response == null && closed == null && !silent;
  }

  public @Nullable String closed() {
    return closed;
  }

  public boolean silent() {
    return silent;
  }

  @Override
  public void complete(R answered) {
    assertNull(response, "a second answer");
    ByteBuffer bytes = ByteBufferWriter.toByteBuffer(answered, version);
    assertEquals(answered.sizeInBytes(version), bytes.remaining());
    response = read.apply(new MessageReader(bytes), version);
  }

  @Override
  public void completeWithoutResponse() {
    silent = true;
  }

  @Override
  public void closeConnection(String reason) {
    closed = reason;
  }

  /** For how long the connection is held back; 0 if it is not. */
  public int throttledMs() {
    return throttledMs;
  }

  @Override
  public void throttle(int forMs) {
    throttledMs = forMs;
  }
}
