package org.odradek.broker.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.peer.PeerException.Reason;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;
import org.odradek.protocol.ProtocolException;

/**
 * A request to another broker, from when it is made until it is answered or has failed.
 *
 * <p>Thread-safety: made by any thread, then confined to the connection's event loop.
 */
final class PeerCall {
  private final PeerAddress peer;
  private final ApiKey apiKey;
  private final short version;
  private final Message request;
  private final CompletableFuture<PeerResponse> future = new CompletableFuture<>();
  private int correlationId;
  private long deadlineNanos;
  private boolean isWritten;

  PeerCall(PeerAddress peer, ApiKey apiKey, short version, Message request) {
    this.peer = peer;
    this.apiKey = apiKey;
    this.version = version;
    this.request = request;
  }

  ApiKey apiKey() {
    return apiKey;
  }

  /** Fails with a {@link PeerException}. */
  CompletableFuture<PeerResponse> future() {
    return future;
  }

  /** When it has waited too long, by {@link System#nanoTime}. */
  long deadlineNanos() {
    return deadlineNanos;
  }

  void deadlineNanos(long time) {
    deadlineNanos = time;
  }

  boolean isWritten() {
    return isWritten;
  }

  /**
   * The frame to write, which the answer is known by.
   *
   * @throws RuntimeException if the request cannot be written in its version
   */
  ByteBuf encode(ByteBufAllocator allocator, int withCorrelationId, String clientId) {
    isWritten = true;
    correlationId = withCorrelationId;
    return RequestFrames.encode(allocator, apiKey, version, correlationId, clientId, request);
  }

  /**
   * Reads the answer, and leaves the frame to the caller.
   *
   * @throws ProtocolException if it cannot be read, or is another request's; the message names ours
   */
  Message decode(ByteBuf frame) {
    try {
      return RequestFrames.decode(frame, apiKey, version, correlationId);
    } catch (ProtocolException e) {
      throw new ProtocolException(
          "an answer to %s version %d that cannot be read: %s"
              .formatted(apiKey.apiName(), version, e.getMessage()));
    }
  }

  /** Takes over the frame that the answer lies in. */
  void answered(Message message, ByteBuf frame) {
    PeerResponse response = new PeerResponse(message, frame::release);
    if (!future.complete(response)) {
      response.close(); // nobody waits any more
    }
  }

  void fail(Reason reason, String what, @Nullable Throwable cause) {
    String message = apiKey.apiName() + " to " + peer + ": " + what;
    future.completeExceptionally(
        cause == null
            ? new PeerException(reason, message)
            : new PeerException(reason, message, cause));
  }
}
