package org.odradek.broker.network;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection whose bytes make no sense, or that failed in any other way, and says so: at a
 * bounded rate, since strangers decide how often.
 */
final class FailureHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(FailureHandler.class);

  private final String listenerName;
  private final RateLimitedLog warnings;
  private final ReadGate gate;

  FailureHandler(String listenerName, RateLimitedLog warnings, ReadGate gate) {
    this.listenerName = listenerName;
    this.warnings = warnings;
    this.gate = gate;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    String client = Addresses.show(ctx.channel().remoteAddress());
    switch (cause) {
      case BadRequestException bad ->
          warnings.warn(
              "Closing the connection from "
                  + client
                  + " on listener "
                  + listenerName
                  + ": it sent "
                  + bad.getMessage());
      case IOException reset ->
          log.debug("Connection from {} failed: {}", client, reset.toString());
      default -> log.error("Closing the connection from {}: unexpected failure", client, cause);
    }
    // the channel becomes inactive later: requests behind the bad one must not be served meanwhile
    gate.close(ReadGate.Reason.CLOSING);
    ctx.close();
  }
}
