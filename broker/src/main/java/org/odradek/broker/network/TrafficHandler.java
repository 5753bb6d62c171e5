package org.odradek.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;

/**
 * Counts the bytes of connections, where they are not encrypted.
 *
 * <p>Thread-safety: keeps nothing of a connection, so that many of them share it.
 */
@Sharable
final class TrafficHandler extends ChannelDuplexHandler {
  private final SocketCounts counts;

  TrafficHandler(SocketCounts counts) {
    this.counts = counts;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      counts.bytesIn(bytes.readableBytes());
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    switch (message) {
      case ByteBuf bytes -> counts.bytesOut(bytes.readableBytes());
      case FileRegion file -> counts.bytesOut(file.count());
      default -> {
        // no bytes
      }
    }
    ctx.write(message, promise);
  }
}
