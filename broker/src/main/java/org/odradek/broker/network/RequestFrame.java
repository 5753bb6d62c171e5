package org.odradek.broker.network;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;

/**
 * The bytes of one request without their length prefix, and the memory reserved for them.
 *
 * <p>The bytes can go before the reservation: most requests are copied out of the network buffer
 * when they are decoded, but count until their response is written. Those of a login count as long
 * as their bytes are there: their response may be held back.
 *
 * <p>Only on the connection's event loop, or by one thread after another.
 */
final class RequestFrame {
  private final ByteBuf bytes;
  private final @Nullable RequestMemory memory;
  private final LoginMemory.@Nullable Share share;
  private boolean bytesReleased;
  private boolean reservationReleased;
  private @Nullable ErrorCode refusal;

  /** Takes over the reference to {@code bytes} and the reservation of its length. */
  RequestFrame(ByteBuf bytes, RequestMemory memory) {
    this(bytes, memory, null);
  }

  /** Takes over the reference to {@code bytes}, and what they take before the login. */
  RequestFrame(ByteBuf bytes, LoginMemory.Share share) {
    this(bytes, null, share);
  }

  private RequestFrame(
      ByteBuf bytes, @Nullable RequestMemory memory, LoginMemory.@Nullable Share share) {
    this.bytes = bytes;
    this.memory = memory;
    this.share = share;
    this.length = bytes.readableBytes();
  }

  private final int length;

  int length() {
    return length;
  }

  /** The bytes, until {@link #releaseBytes}. */
  ByteBuf bytes() {
    return bytes;
  }

  /** Has the request answered by an error instead of being served. */
  void refuse(ErrorCode why) {
    refusal = why;
  }

  /** What the request is answered by; null when it is served. */
  @Nullable ErrorCode refusal() {
    return refusal;
  }

  void releaseBytes() {
    if (!bytesReleased) {
      bytesReleased = true;
      bytes.release();
      if (share != null) {
        share.release();
      }
    }
  }

  /** Lets go of the bytes and of the reservation. */
  void release() {
    releaseBytes();
    if (!reservationReleased) {
      reservationReleased = true;
      if (memory != null) {
        memory.release(length);
      }
    }
  }
}
