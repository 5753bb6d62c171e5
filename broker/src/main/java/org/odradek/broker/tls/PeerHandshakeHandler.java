package org.odradek.broker.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import javax.net.ssl.SSLHandshakeException;
import org.odradek.broker.peer.PeerAddress;

/** Behind the engine of a connection to another broker: says in plain words why TLS failed. */
final class PeerHandshakeHandler extends ChannelInboundHandlerAdapter {
  private final PeerAddress peer;
  private boolean hasFailed;

  PeerHandshakeHandler(PeerAddress peer) {
    this.peer = peer;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
      tell(ctx, handshake.cause());
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (TlsFailure.isTls(cause)) {
      tell(ctx, cause);
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  private void tell(ChannelHandlerContext ctx, Throwable cause) {
    if (hasFailed) {
      return;
    }
    hasFailed = true;
    SSLHandshakeException failure =
        new SSLHandshakeException("TLS with " + peer + " failed: " + TlsFailure.describe(cause));
    failure.initCause(cause);
    ctx.fireExceptionCaught(failure);
    ctx.close();
  }
}
