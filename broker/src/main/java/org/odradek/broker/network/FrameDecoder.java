package org.odradek.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the byte stream into requests.
 *
 * <pre>
 *   0               4                          4 + length
 *   +---------------+---------------------------+
 *   | length (int32)| request header and body   |
 *   +---------------+---------------------------+
 * </pre>
 *
 * <p>The length is judged as soon as its four bytes are there, and memory is reserved before the
 * body is taken; before a login, memory is taken for what has arrived only. A request that came in
 * one piece is a slice of what was received; a larger one is gathered in one buffer of exactly its
 * size, so that each byte is copied once at most.
 *
 * <p>While the {@link ReadGate} is closed nothing is decoded. The socket is told so only when more
 * bytes arrive in that time: the usual client waits for its answer, and costs no system call.
 */
final class FrameDecoder extends ChannelInboundHandlerAdapter {
  private static final int LENGTH_BYTES = 4;
  private static final int LENGTH_UNKNOWN = -1;

  /** A record of type handshake, of any version: what a client says first that speaks TLS. */
  private static final int TLS_HANDSHAKE = 0x1603;

  private final FrameBudget budget;
  private final ReadGate gate;
  private final Deque<ByteBuf> received = new ArrayDeque<>(2);

  private int prefix;
  private int prefixBytes;
  private int length = LENGTH_UNKNOWN;
  private boolean reserved;

  /** That of the request which is being received; null before the login. */
  private @Nullable RequestMemory memory;

  /** What that request takes before the login. */
  private LoginMemory.@Nullable Share share;

  private @Nullable ByteBuf gathered;
  private @Nullable Runnable retry;
  private boolean decoding;
  private boolean closed;

  FrameDecoder(FrameBudget budget, ReadGate gate) {
    this.budget = budget;
    this.gate = gate;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    gate.onOpen(() -> resume(ctx));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    received.add((ByteBuf) message);
    if (gate.isOpen()) {
      decode(ctx);
    } else {
      ctx.channel().config().setAutoRead(false);
    }
  }

  /** Goes on with what is left over, outside of a read of the socket. */
  private void resume(ChannelHandlerContext ctx) {
    if (decoding) {
      return; // a request completed at once, and the loop below goes on by itself
    }
    decode(ctx);
    if (!closed) {
      ctx.fireChannelReadComplete();
    }
  }

  private void decode(ChannelHandlerContext ctx) {
    decoding = true;
    try {
      while (!closed && gate.isOpen() && !received.isEmpty()) {
        ByteBuf chunk = received.peek();
        RequestFrame frame = nextFrame(ctx, chunk);
        if (!chunk.isReadable()) {
          received.remove().release();
        }
        if (frame != null) {
          ctx.fireChannelRead(frame);
        }
      }
    } catch (RuntimeException | Error e) {
      // what follows cannot be told apart any more; also where nobody up the stack would say so
      gate.close(ReadGate.Reason.CLOSING);
      ctx.fireExceptionCaught(e);
    } finally {
      decoding = false;
      if (closed) {
        releaseAll();
      }
    }
    if (!closed && gate.isOpen() && !ctx.channel().config().isAutoRead()) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  /** Takes what it can from the chunk; returns a frame when one is complete. */
  private @Nullable RequestFrame nextFrame(ChannelHandlerContext ctx, ByteBuf chunk) {
    if (length == LENGTH_UNKNOWN && !readLength(ctx, chunk)) {
      return null;
    }
    RequestMemory reservedFrom = memory;
    if (reservedFrom != null && !reserved && !reserve(ctx, reservedFrom)) {
      return null;
    }
    ByteBuf frame;
    if (gathered == null && chunk.readableBytes() >= length) {
      frame = chunk.readRetainedSlice(length);
    } else {
      frame = gather(ctx, chunk);
      if (frame.readableBytes() < length) {
        grow(frame.capacity());
        return null;
      }
      gathered = null;
    }
    grow(length);
    length = LENGTH_UNKNOWN;
    reserved = false;
    LoginMemory.Share counted = share;
    share = null;
    if (counted != null) {
      return new RequestFrame(frame, counted);
    }
    return new RequestFrame(frame, Objects.requireNonNull(reservedFrom));
  }

  /** Where nothing is reserved, the buffer grows with what arrives. */
  private ByteBuf gather(ChannelHandlerContext ctx, ByteBuf chunk) {
    ByteBuf buffer = gathered;
    if (buffer == null) {
      int firstBytes = reserved ? length : Math.min(length, chunk.readableBytes());
      buffer = ctx.alloc().directBuffer(firstBytes, length);
      gathered = buffer;
    }
    return buffer.writeBytes(
        chunk, Math.min(chunk.readableBytes(), length - buffer.readableBytes()));
  }

  private void grow(int bytes) {
    if (share != null) {
      share.grow(bytes);
    }
  }

  /** For the login's request that is there in part, or is served; by any thread. */
  private void tooMuch(ChannelHandlerContext ctx, int ofBytes) {
    try {
      ctx.executor()
          .execute(() -> {
            if (!closed) {
              gate.close(ReadGate.Reason.CLOSING);
              ctx.fireExceptionCaught(
                  new BadRequestException(
                      "a request of length "
                          + ofBytes
                          + " before its login, too slowly: others need the memory"));
            }
          });
    } catch (RejectedExecutionException e) {
      // the event loop has ended, and this connection with it
    }
  }

  private boolean readLength(ChannelHandlerContext ctx, ByteBuf chunk) {
    if (prefixBytes == 0 && chunk.readableBytes() >= LENGTH_BYTES) {
      prefix = chunk.readInt();
    } else {
      while (prefixBytes < LENGTH_BYTES && chunk.isReadable()) {
        prefix = prefix << 8 | chunk.readUnsignedByte();
        prefixBytes++;
      }
      if (prefixBytes < LENGTH_BYTES) {
        return false;
      }
    }
    prefixBytes = 0;
    if (prefix < 0 || prefix == 0 && !budget.mayBeEmpty()) {
      throw new BadRequestException("a request of length " + prefix);
    }
    if (prefix > budget.maxBytes()) {
      if (prefix >>> 16 == TLS_HANDSHAKE) {
        throw new BadRequestException(
            "the beginning of a TLS handshake, and this listener has no TLS: the client must be"
                + " set up with security.protocol=PLAINTEXT (or SASL_PLAINTEXT), or come by a"
                + " listener with TLS");
      }
      throw new BadRequestException(
          "a request of length "
              + prefix
              + ", more than "
              + budget.keyName()
              + "="
              + budget.maxBytes());
    }
    int ofBytes = prefix;
    length = ofBytes;
    prefix = 0;
    LoginMemory loginMemory = budget.loginMemory();
    memory = loginMemory == null ? budget.memory() : null;
    share = loginMemory == null ? null : loginMemory.open(() -> tooMuch(ctx, ofBytes));
    return true;
  }

  private boolean reserve(ChannelHandlerContext ctx, RequestMemory from) {
    Runnable again = () -> tryAgain(ctx, from);
    // closed first: the call to retry may come before reserve() returns
    gate.close(ReadGate.Reason.REQUEST_MEMORY);
    retry = again;
    if (from.reserve(length, again)) {
      retry = null;
      reserved = true;
      gate.open(ReadGate.Reason.REQUEST_MEMORY);
      return true;
    }
    return false;
  }

  private void tryAgain(ChannelHandlerContext ctx, RequestMemory from) {
    try {
      ctx.executor()
          .execute(() -> {
            retry = null;
            gate.open(ReadGate.Reason.REQUEST_MEMORY);
            if (!gate.isOpen()) {
              from.wakeNext(); // held back for another reason: somebody else's turn
            }
          });
    } catch (RejectedExecutionException e) {
      // the event loop has ended, and this connection with it
      from.wakeNext();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    close();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    close();
  }

  private void close() {
    closed = true;
    if (!decoding) {
      releaseAll();
    }
  }

  private void releaseAll() {
    for (ByteBuf chunk = received.poll(); chunk != null; chunk = received.poll()) {
      chunk.release();
    }
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
    if (share != null) {
      share.release();
      share = null;
    }
    if (memory != null) {
      if (reserved) {
        reserved = false;
        memory.release(length);
      }
      if (retry != null) {
        memory.cancel(retry);
        retry = null;
      }
    }
  }
}
