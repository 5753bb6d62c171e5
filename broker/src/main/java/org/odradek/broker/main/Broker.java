package org.odradek.broker.main;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiVersionsHandler;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.metadata.UpdateMetadataHandler;
import org.odradek.broker.network.Endpoint;
import org.odradek.broker.network.ListenerConfig;
import org.odradek.broker.network.NetworkConfig;
import org.odradek.broker.network.NetworkServer;

/** All parts of one broker, started in the order that they need each other, stopped in reverse. */
public final class Broker {
  private final BrokerConfig config;
  private final NetworkConfig networkConfig;
  private final HandlerRegistry handlers = new HandlerRegistry();
  private final ClusterMetadata metadata = new ClusterMetadata();
  private final ControlFence fence = new ControlFence();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private List<Endpoint> endpoints = List.of();
  private @Nullable NetworkServer network;

  public Broker(BrokerConfig config) {
    this.config = config;
    this.networkConfig = NetworkSettings.of(config);
  }

  /** Returns when clients are served. */
  public void start() throws Exception {
    handlers.register(new ApiVersionsHandler(handlers));
    handlers.register(new UpdateMetadataHandler(metadata, fence));
    NetworkServer server = new NetworkServer(networkConfig, handlers);
    network = server;
    try {
      server.bind();
    } catch (NetworkServer.BindException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
    endpoints = advertised(server);
    server.accept();
  }

  /** What clients are told, a listener each. */
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  private List<Endpoint> advertised(NetworkServer server) throws UnknownHostException {
    List<Endpoint> all = new ArrayList<>();
    for (ListenerConfig listener : networkConfig.listeners()) {
      String host = listener.advertisedHost();
      if (host == null) {
        host =
            listener.bindsAllAddresses()
                ? InetAddress.getLocalHost().getCanonicalHostName()
                : listener.bindHost();
      }
      Integer port = listener.advertisedPort();
      all.add(
          new Endpoint(
              listener.name(),
              host,
              port == null || port == 0 ? server.port(listener.name()) : port,
              listener.securityProtocol()));
    }
    return all;
  }

  /** Waits until {@link #stop} has come to an end. */
  public void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  public void stop() {
    NetworkServer server = network;
    if (server != null) {
      server.stop();
    }
    stopped.countDown();
  }
}
