package org.odradek.broker.network;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection on which nothing was read or written for {@code connections.max.idle.ms},
 * unless a request of it is being served.
 */
final class IdleCloseHandler extends IdleStateHandler {
  private static final Logger log = LoggerFactory.getLogger(IdleCloseHandler.class);

  private final ResponseSequencer sequencer;

  IdleCloseHandler(long maxIdleMs, ResponseSequencer sequencer) {
    super(0, 0, maxIdleMs, TimeUnit.MILLISECONDS);
    this.sequencer = sequencer;
  }

  @Override
  protected void channelIdle(ChannelHandlerContext ctx, IdleStateEvent event) {
    if (!sequencer.isBusy()) {
      log.debug("Closing the idle connection of {}", Addresses.show(ctx.channel().remoteAddress()));
      ctx.close();
    }
  }
}
