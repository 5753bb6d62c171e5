package org.odradek.broker.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext.ConnectionSession;
import org.odradek.broker.authentication.LoginCounts;
import org.odradek.broker.network.Addresses;
import org.odradek.broker.network.LoginMemory;

/**
 * In front of the engine while the handshake lasts. Waits for the first byte of a connection, and
 * makes the engine then if that byte begins a handshake: a client that only connects costs no
 * engine, and one that does not speak TLS is told from one whose handshake fails. What the client
 * sends goes on at the pace of {@link HandshakePacer}.
 */
final class TlsStartHandler extends ChannelDuplexHandler {
  /** The content type of a record that belongs to a handshake. */
  private static final int HANDSHAKE_RECORD = 22;

  /** More than any handshake of a client, long chains of certificates among them. */
  private static final int WAITING_MAX_BYTES = 256 * 1024;

  private final String listenerName;
  private final BiFunction<ByteBufAllocator, Executor, SslHandler> engines;
  private final Function<String, @Nullable String> principals;
  private final ConnectionSession session;
  private final boolean withSasl;
  private final TlsResources resources;
  private final LoginCounts counts;
  private final Deque<ByteBuf> waiting = new ArrayDeque<>(2);
  private int waitingBytes;

  /** What {@link #waiting} takes, which is more: there may be a byte in each buffer. */
  private int heldBytes;

  /** What {@link #waiting} takes; null for nothing. */
  private LoginMemory.@Nullable Share share;

  private boolean isSubmitted;

  /** Of what is submitted; null when it did not have to wait. */
  private HandshakeTurns.@Nullable Turn turn;

  private boolean hasEngine;

  /** Those of the engine that are not over; counted on the event loop. */
  private int tasks;

  private boolean isClosed;
  private boolean hasRefused;
  private @Nullable Future<?> timeout;

  TlsStartHandler(
      String listenerName,
      BiFunction<ByteBufAllocator, Executor, SslHandler> engines,
      Function<String, @Nullable String> principals,
      ConnectionSession session,
      boolean withSasl,
      TlsResources resources,
      LoginCounts counts) {
    this.listenerName = listenerName;
    this.engines = engines;
    this.principals = principals;
    this.session = session;
    this.withSasl = withSasl;
    this.resources = resources;
    this.counts = counts;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(() -> tooLate(ctx), TlsResources.HANDSHAKE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  private void tooLate(ChannelHandlerContext ctx) {
    String what =
        isSubmitted || tasks > 0
            ? "the broker was too slow to go on with its TLS handshake, which is not over"
            : hasEngine
                ? "it has not gone on with its TLS handshake, which is not over"
                : "it has not begun a TLS handshake";
    refuse(ctx, what + " within " + TlsResources.HANDSHAKE_TIMEOUT_MS + " ms of its connection");
  }

  /** Whether the connection is closed from here, and why has been said and counted. */
  boolean hasRefused() {
    return hasRefused;
  }

  private void refuse(ChannelHandlerContext ctx, String why) {
    if (!isClosed) {
      hasRefused = true;
      counts.failed(false);
      resources.warn(
          "Closing the connection from "
              + Addresses.show(ctx.channel().remoteAddress())
              + " on listener "
              + listenerName
              + ": "
              + why);
    }
    end(ctx);
    ctx.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf received = (ByteBuf) message;
    if (isClosed || !received.isReadable()) {
      received.release();
      return;
    }
    if (hasEngine) {
      resources.heard(ctx.channel());
    }
    keep(ctx, received);
    if (waitingBytes > WAITING_MAX_BYTES) {
      refuse(ctx, "it sent more than " + WAITING_MAX_BYTES + " bytes before its TLS handshake");
    } else if (!isSubmitted) {
      isSubmitted = true;
      turn =
          resources
              .pacer(ctx.executor())
              .submit(networkOf(ctx.channel().remoteAddress()), hasEngine, () -> stepOrFail(ctx));
    }
  }

  private void keep(ChannelHandlerContext ctx, ByteBuf received) {
    waiting.add(received);
    waitingBytes += received.readableBytes();
    heldBytes += received.capacity();
    if (share == null) {
      LoginMemory.Share[] own = new LoginMemory.Share[1];
      own[0] = resources.waiting().open(() -> onEventLoop(ctx, () -> tooMuch(ctx, own[0])));
      share = own[0];
    }
    share.grow(heldBytes);
  }

  private void tooMuch(ChannelHandlerContext ctx, LoginMemory.Share ofWhom) {
    if (share == ofWhom) {
      resources.ended(ctx.channel());
      refuse(
          ctx,
          "its "
              + heldBytes
              + " bytes of a TLS handshake waited for their turn, and newer ones need the memory");
    }
  }

  private static void onEventLoop(ChannelHandlerContext ctx, Runnable task) {
    try {
      ctx.executor().execute(task);
    } catch (RejectedExecutionException e) {
      // the event loop has ended, and the connection with it
    }
  }

  /** A host may have a whole /64 of IPv6 addresses for its own. */
  private static Object networkOf(@Nullable SocketAddress remote) {
    InetAddress address = remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
    if (address instanceof Inet6Address six) {
      return ByteBuffer.wrap(six.getAddress()).getLong();
    }
    return address == null ? "unknown" : address;
  }

  /** What the engine says. */
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    advanced(ctx);
    ctx.write(message, promise);
  }

  /** The broker has done a part of the handshake. */
  private void advanced(ChannelHandlerContext ctx) {
    resources.answered(ctx.channel());
    if (isSubmitted || tasks > 0) {
      resources.heard(ctx.channel()); // and has more to do
    }
  }

  /** Runs a long step of the engine; it is the broker's turn until it is over. */
  private void runTask(ChannelHandlerContext ctx, Runnable task) {
    tasks++;
    resources.heard(ctx.channel());
    try {
      resources
          .tasks()
          .execute(() -> {
            try {
              task.run();
            } finally {
              taskEnded(ctx);
            }
          });
    } catch (RejectedExecutionException e) {
      tasks--;
      throw e;
    }
  }

  /** The engine has gone on by then: it has put that into the event loop's queue before. */
  private void taskEnded(ChannelHandlerContext ctx) {
    onEventLoop(
        ctx,
        () -> {
          tasks--;
          advanced(ctx);
        });
  }

  private void stepOrFail(ChannelHandlerContext ctx) {
    try {
      step(ctx);
    } catch (RuntimeException | Error e) {
      resources.ended(ctx.channel());
      refuse(ctx, "the broker could not go on with its TLS handshake: " + e);
    }
  }

  /** Lets the engine have what has come. */
  private void step(ChannelHandlerContext ctx) {
    isSubmitted = false;
    turn = null;
    ByteBuf first = waiting.peek();
    if (isClosed || first == null || ctx.isRemoved()) {
      return;
    }
    if (!hasEngine) {
      if (first.getUnsignedByte(first.readerIndex()) != HANDSHAKE_RECORD) {
        refuse(
            ctx,
            "what it sent is no TLS; the client must be set up with security.protocol="
                + (withSasl ? "SASL_SSL" : "SSL"));
        return;
      }
      addEngine(ctx);
    }
    passOn(ctx);
    ctx.fireChannelReadComplete();
    if (!isSubmitted && tasks == 0) {
      // the engine did what it could; if that was anything, it was noted as it was done
      resources.heardTooLittle(ctx.channel());
    }
  }

  private void addEngine(ChannelHandlerContext ctx) {
    hasEngine = true;
    resources.begun(ctx.channel());
    SslHandler handler = engines.apply(ctx.alloc(), task -> runTask(ctx, task));
    handler.setHandshakeTimeoutMillis(0); // the limit from the connection on is kept here
    ctx.pipeline()
        .addAfter(ctx.name(), "tls", handler)
        .addAfter(
            "tls",
            "tls-session",
            new TlsSessionHandler(
                listenerName, handler.engine(), principals, session, withSasl, resources, counts));
  }

  private void passOn(ChannelHandlerContext ctx) {
    for (ByteBuf next = waiting.poll(); next != null; next = waiting.poll()) {
      waitingBytes -= next.readableBytes();
      heldBytes -= next.capacity();
      ctx.fireChannelRead(next);
    }
    countNoMore();
  }

  private void countNoMore() {
    if (share != null && waiting.isEmpty()) {
      share.release();
      share = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(ctx);
    ctx.fireChannelInactive();
  }

  /** After the handshake, or with the connection. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    cancelTimeout();
    if (!isClosed) {
      passOn(ctx);
    }
    end(ctx);
  }

  private void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  private void end(ChannelHandlerContext ctx) {
    isClosed = true;
    cancelTimeout();
    if (turn != null) {
      resources.pacer(ctx.executor()).withdraw(turn);
      turn = null;
    }
    for (ByteBuf next = waiting.poll(); next != null; next = waiting.poll()) {
      next.release();
    }
    countNoMore();
  }
}
