package org.odradek.broker.network;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.api.RequestContext;
import org.odradek.protocol.ApiKey;

/**
 * A request whose header was understood and whose API and version are served; the body is still
 * bytes of the frame, from {@code bodyIndex} on.
 */
record ReceivedRequest(
    ApiHandler<?, ?> handler,
    short version,
    int correlationId,
    @Nullable String clientId,
    RequestFrame frame,
    int bodyIndex,
    ConnectionInfo connection)
    implements RequestContext {

  /** What all requests of a connection share. */
  record ConnectionInfo(
      String listenerName,
      InetSocketAddress clientAddress,
      InetSocketAddress localAddress,
      ConnectionSession session,
      Executor eventLoop,
      HandlerRegistry handlers) {

    static ConnectionInfo of(
        String listenerName, Channel channel, ConnectionSession session, HandlerRegistry handlers) {
      return new ConnectionInfo(
          listenerName,
          (InetSocketAddress) channel.remoteAddress(),
          (InetSocketAddress) channel.localAddress(),
          session,
          channel.eventLoop(),
          handlers);
    }
  }

  @Override
  public ApiKey apiKey() {
    return handler.apiKey();
  }

  @Override
  public int sizeInBytes() {
    return frame.length();
  }

  @Override
  public String listenerName() {
    return connection.listenerName();
  }

  @Override
  public InetSocketAddress clientAddress() {
    return connection.clientAddress();
  }

  @Override
  public InetSocketAddress localAddress() {
    return connection.localAddress();
  }

  @Override
  public Principal principal() {
    return connection.session().principal();
  }

  @Override
  public Access access() {
    return connection.handlers().accessOf(this);
  }

  @Override
  public Executor eventLoop() {
    return connection.eventLoop();
  }

  @Override
  public ConnectionSession session() {
    return connection.session();
  }

  /**
   * The version to answer in: that of the request, or 0 for an ApiVersions request of a version
   * that is not known here.
   */
  short responseVersion() {
    return version >= handler.minVersion() && version <= handler.maxVersion() ? version : 0;
  }

  /** {@code Produce v9 from 127.0.0.1:4711 (client id "x")}. */
  String describe() {
    return apiKey().apiName()
        + " v"
        + version
        + " from "
        + Addresses.show(clientAddress())
        + (clientId == null || clientId.isEmpty()
            ? ""
            : " (client id " + LogText.shown(clientId) + ")");
  }
}
