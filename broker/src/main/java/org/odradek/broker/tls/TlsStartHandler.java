package org.odradek.broker.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext.ConnectionSession;
import org.odradek.broker.network.Addresses;

/**
 * Waits for the first byte of a connection, and puts an engine in its own place if that begins a
 * TLS handshake: a client that only connects costs no engine, and one that does not speak TLS is
 * told from one whose handshake fails.
 */
final class TlsStartHandler extends ChannelInboundHandlerAdapter {
  /** The content type of a record that belongs to a handshake. */
  private static final int HANDSHAKE_RECORD = 22;

  private final String listenerName;
  private final Function<ByteBufAllocator, SslHandler> engines;
  private final Function<String, @Nullable String> principals;
  private final ConnectionSession session;
  private final boolean withSasl;
  private final TlsResources resources;
  private @Nullable Future<?> timeout;
  private boolean closing;

  TlsStartHandler(
      String listenerName,
      Function<ByteBufAllocator, SslHandler> engines,
      Function<String, @Nullable String> principals,
      ConnectionSession session,
      boolean withSasl,
      TlsResources resources) {
    this.listenerName = listenerName;
    this.engines = engines;
    this.principals = principals;
    this.session = session;
    this.withSasl = withSasl;
    this.resources = resources;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(() -> tooLate(ctx), TlsResources.HANDSHAKE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  private void tooLate(ChannelHandlerContext ctx) {
    resources.warn(
        "Closing the connection from "
            + client(ctx)
            + " on listener "
            + listenerName
            + ": it has sent nothing for "
            + TlsResources.HANDSHAKE_TIMEOUT_MS
            + " ms, not even the beginning of a TLS handshake");
    ctx.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    ByteBuf received = (ByteBuf) message;
    if (closing || !received.isReadable()) {
      received.release();
      return;
    }
    if (received.getUnsignedByte(received.readerIndex()) != HANDSHAKE_RECORD) {
      received.release();
      closing = true;
      resources.warn(
          "Closing the connection from "
              + client(ctx)
              + " on listener "
              + listenerName
              + ": what it sent is no TLS; the client must be set up with security.protocol="
              + (withSasl ? "SASL_SSL" : "SSL"));
      ctx.close();
      return;
    }
    startTls(ctx, received);
  }

  private void startTls(ChannelHandlerContext ctx, ByteBuf received) throws Exception {
    SslHandler handler;
    try {
      resources.begun(ctx.channel());
      handler = engines.apply(ctx.alloc());
    } catch (RuntimeException | Error e) {
      received.release();
      resources.ended(ctx.channel());
      throw e;
    }
    handler.setHandshakeTimeoutMillis(TlsResources.HANDSHAKE_TIMEOUT_MS);
    String name = ctx.name();
    ctx.pipeline()
        .addAfter(
            name,
            "tls-session",
            new TlsSessionHandler(
                listenerName, handler.engine(), principals, session, withSasl, resources));
    ctx.pipeline().replace(this, "tls", handler);
    handler.channelRead(ctx.pipeline().context(handler), received);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  private static String client(ChannelHandlerContext ctx) {
    return Addresses.show(ctx.channel().remoteAddress());
  }
}
