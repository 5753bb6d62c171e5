package org.odradek.broker.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.security.Principal;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.RequestContext.ConnectionSession;
import org.odradek.broker.authentication.LoginCounts;
import org.odradek.broker.network.Addresses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Behind the engine: says who the client is once the handshake is over, and logs, at a bounded
 * rate, why one failed. Nothing passes of a client whose certificate names nobody.
 */
final class TlsSessionHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(TlsSessionHandler.class);

  private final String listenerName;
  private final SSLEngine engine;
  private final Function<String, @Nullable String> principals;
  private final ConnectionSession session;
  private final boolean withSasl;
  private final TlsResources resources;
  private final LoginCounts counts;

  /** What it sends from now on is of nobody, and is thrown away. */
  private boolean refused;

  TlsSessionHandler(
      String listenerName,
      SSLEngine engine,
      Function<String, @Nullable String> principals,
      ConnectionSession session,
      boolean withSasl,
      TlsResources resources,
      LoginCounts counts) {
    this.listenerName = listenerName;
    this.engine = engine;
    this.principals = principals;
    this.session = session;
    this.withSasl = withSasl;
    this.resources = resources;
    this.counts = counts;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      resources.ended(ctx.channel());
      TlsStartHandler start = ctx.pipeline().get(TlsStartHandler.class);
      if (handshake.isSuccess()) {
        succeeded(ctx);
        if (start != null) {
          ctx.pipeline().remove(start); // nothing is held back any more
        }
      } else if (start == null || !start.hasRefused()) {
        failed(ctx, TlsFailure.describe(handshake.cause()));
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  /**
   * Closing alone does not keep out what a refused client has sent behind its last handshake
   * message: the engine goes on with all that was read along with it.
   */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (refused) {
      ReferenceCountUtil.release(message);
      return;
    }
    ctx.fireChannelRead(message);
  }

  private void succeeded(ChannelHandlerContext ctx) {
    if (withSasl) {
      return; // the client has yet to say who it is
    }
    Principal shown;
    try {
      shown = engine.getSession().getPeerPrincipal();
    } catch (SSLPeerUnverifiedException e) {
      counts.succeeded(false);
      return; // it showed no certificate: anonymous
    }
    String distinguishedName =
        shown instanceof X500Principal x500 ? x500.getName() : shown.getName();
    String name = principals.apply(distinguishedName);
    if (name == null) {
      refused = true;
      failed(
          ctx,
          "no rule of ssl.principal.mapping.rules applies to its certificate of "
              + distinguishedName);
      ctx.close();
      return;
    }
    counts.succeeded(false);
    session.authenticated(new RequestContext.Principal("User", name), false);
  }

  private void failed(ChannelHandlerContext ctx, String why) {
    counts.failed(false);
    resources.warn(
        "TLS handshake with "
            + Addresses.show(ctx.channel().remoteAddress())
            + " on listener "
            + listenerName
            + " failed: "
            + why);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!TlsFailure.isTls(cause)) {
      ctx.fireExceptionCaught(cause);
      return;
    }
    // a handshake's failure is logged above; later ones are those of a connection that breaks
    log.debug(
        "TLS connection from {} failed: {}",
        Addresses.show(ctx.channel().remoteAddress()),
        TlsFailure.describe(cause));
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    resources.ended(ctx.channel());
  }
}
