package org.odradek.broker.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

  AcceptHandler(ConnectionLimits limits, String listenerName, RateLimitedLog warnings) {
    this.limits = limits;
    this.listenerName = listenerName;
    this.warnings = warnings;
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
    connection
        .closeFuture()
        .addListener(closed -> {
          limits.closed(client);
          ctx.executor().execute(() -> acceptAgain(ctx));
        });
    if (limits.isFull()) {
      ctx.channel().config().setAutoRead(false);
    }
    ctx.fireChannelRead(connection);
  }

  private void acceptAgain(ChannelHandlerContext ctx) {
    if (!ctx.channel().config().isAutoRead() && !limits.isFull()) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    warnings.warn("Cannot accept connections on listener " + listenerName + ": " + cause);
  }
}
