package org.odradek.broker.quota;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext;
import org.odradek.protocol.ApiKey;

/** Somebody who has sent a request. */
record Caller(String user, @Nullable String clientId) implements RequestContext {

  @Override
  public ApiKey apiKey() {
    return ApiKey.PRODUCE;
  }

  @Override
  public short version() {
    return 9;
  }

  @Override
  public int correlationId() {
    return 1;
  }

  @Override
  public String listenerName() {
    return "PLAINTEXT";
  }

  @Override
  public InetSocketAddress clientAddress() {
    return InetSocketAddress.createUnresolved("client", 1);
  }

  @Override
  public InetSocketAddress localAddress() {
    return InetSocketAddress.createUnresolved("broker", 9092);
  }

  @Override
  public Principal principal() {
    return new Principal("User", user);
  }

  @Override
  public ConnectionSession session() {
    throw new UnsupportedOperationException("not asked for here");
  }
}
