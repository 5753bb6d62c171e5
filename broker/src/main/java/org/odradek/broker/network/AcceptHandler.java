package org.odradek.broker.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Lets connections in while the limits allow it. At {@code max.connections} the listener accepts no
 * more, so that clients wait in the system's backlog as they do with Kafka; a client over its own
 * limit is closed at once.
 *
 * <p>In the pipeline of a listening socket; one for each.
 */
final class AcceptHandler extends ChannelInboundHandlerAdapter {
  private final ConnectionLimits limits;
  private final String listenerName;
  private final RateLimitedLog warnings;

  /** Touched on the acceptor's thread only. */
  private boolean waitsForRoom;

  AcceptHandler(ConnectionLimits limits, String listenerName, RateLimitedLog warnings) {
    this.limits = limits;
    this.listenerName = listenerName;
    this.warnings = warnings;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    limits.onRoom(() -> acceptAgainSoon(ctx));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Channel connection = (Channel) message;
    if (!(connection.remoteAddress() instanceof InetSocketAddress remote)) {
      connection.unsafe().closeForcibly(); // gone already
      return;
    }
    InetAddress client = remote.getAddress();
    @Nullable String refusal = limits.tryOpen(client);
    if (refusal != null) {
      warnings.warn(
          "Refused a connection from "
              + Addresses.show(remote)
              + " on listener "
              + listenerName
              + ": "
              + refusal);
      connection.unsafe().closeForcibly();
      return;
    }
    connection.closeFuture().addListener(closed -> limits.closed(client));
    if (limits.isFull()) {
      waitsForRoom = true;
      ctx.channel().config().setAutoRead(false);
    }
    ctx.fireChannelRead(connection);
  }

  private void acceptAgainSoon(ChannelHandlerContext ctx) {
    try {
      ctx.executor().execute(() -> acceptAgain(ctx));
    } catch (RejectedExecutionException e) {
      // the acceptor has ended, and the listener with it
    }
  }

  private void acceptAgain(ChannelHandlerContext ctx) {
    if (waitsForRoom && !limits.isFull()) {
      waitsForRoom = false;
      ctx.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    warnings.warn("Cannot accept connections on listener " + listenerName + ": " + cause);
    ctx.fireExceptionCaught(cause); // the bootstrap's handler pauses, or out of files we would spin
  }
}
