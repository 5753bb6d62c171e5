package org.odradek.broker.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.quota.ConnectionRates;

/**
 * Lets connections in while the limits allow it. At {@code max.connections} the listener accepts no
 * more, so that clients wait in the system's backlog as they do with Kafka; a client over its own
 * limit is closed at once.
 *
 * <p>In the pipeline of a listening socket; one for each.
 */
final class AcceptHandler extends ChannelInboundHandlerAdapter {
  /** Connections over their address's rate that are kept to be closed late; more are not kept. */
  private static final int CLOSED_LATE_MAX = 1_000;

  private final ConnectionLimits limits;
  private final ConnectionRates rates;
  private final String listenerName;
  private final RateLimitedLog warnings;

  /** Touched on the acceptor's thread only. */
  private boolean waitsForRoom;

  /** As {@link #waitsForRoom}: the listener, or the broker, had too many connections a second. */
  private boolean isPaused;

  private int closedLate;

  AcceptHandler(
      ConnectionLimits limits,
      ConnectionRates rates,
      String listenerName,
      RateLimitedLog warnings) {
    this.limits = limits;
    this.rates = rates;
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
    int refusedForMs = rates.refusedForMs(client);
    if (refusedForMs > 0) {
      refuse(ctx, connection, refusedForMs);
      return;
    }
    int pauseMs = rates.accepted(listenerName);
    if (pauseMs > 0) {
      pause(ctx, pauseMs);
    }
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

  /** A client that is refused at once would try again at once. */
  private void refuse(ChannelHandlerContext ctx, Channel connection, int inMs) {
    warnings.warn(
        "Refused a connection from "
            + Addresses.show(connection.remoteAddress())
            + " on listener "
            + listenerName
            + ": its address is over its "
            + ConnectionRates.SETTING_OF_ADDRESSES);
    if (closedLate >= CLOSED_LATE_MAX) {
      connection.unsafe().closeForcibly();
      return;
    }
    closedLate++;
    var late =
        ctx.executor()
            .schedule(
                () -> {
                  closedLate--;
                  connection.unsafe().closeForcibly();
                },
                inMs,
                TimeUnit.MILLISECONDS);
  }

  /** Clients wait in the system's backlog meanwhile. */
  private void pause(ChannelHandlerContext ctx, int forMs) {
    if (isPaused) {
      return;
    }
    isPaused = true;
    ctx.channel().config().setAutoRead(false);
    var end =
        ctx.executor()
            .schedule(
                () -> {
                  isPaused = false;
                  acceptIfFree(ctx);
                },
                forMs,
                TimeUnit.MILLISECONDS);
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
      acceptIfFree(ctx);
    }
  }

  private void acceptIfFree(ChannelHandlerContext ctx) {
    if (!waitsForRoom && !isPaused) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    warnings.warn("Cannot accept connections on listener " + listenerName + ": " + cause);
    ctx.fireExceptionCaught(cause); // the bootstrap's handler pauses, or out of files we would spin
  }
}
