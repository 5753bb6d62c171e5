package org.odradek.broker.main;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.BrokerKeys;
import org.odradek.broker.config.NetworkKeys;
import org.odradek.broker.config.ReplicationKeys;
import org.odradek.broker.network.Endpoint;
import org.odradek.broker.network.ListenerConfig;
import org.odradek.broker.network.NetworkConfig;
import org.odradek.broker.network.NetworkServer;
import org.odradek.controller.registration.BrokerIds;
import org.odradek.controller.registration.ClusterSetup;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.protocol.Uuid;
import org.odradek.storage.LogDirectories;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker, its parts started in the order that they need each other, and stopped in reverse:
 * threads, ZooKeeper, listeners (bound, but not accepting yet), then all that works with both
 * ({@link BrokerServices}), and last the clients.
 */
public final class Broker implements RepeatedStart.Startable {
  private static final Logger log = LoggerFactory.getLogger(Broker.class);
  private static final long START_STEP_MAX_SECONDS = 60;

  private final BrokerConfig config;
  private final SecurityServices security;
  private final QuotaServices quotas;
  private final NetworkConfig networkConfig;
  private final HandlerRegistry handlers = new HandlerRegistry();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<AutoCloseable> started = new ArrayList<>();
  private List<Endpoint> endpoints = List.of();
  private Optional<String> embeddedZooKeeper = Optional.empty();
  private boolean isStopping;
  private volatile @Nullable String failure;

  public Broker(BrokerConfig config) {
    this.config = config;
    this.security = SecurityServices.of(config);
    this.networkConfig = NetworkSettings.of(config, security::listener);
    this.quotas =
        QuotaServices.of(
            config,
            networkConfig.listeners().stream()
                .map(ListenerConfig::name)
                .collect(Collectors.toUnmodifiableSet()),
            NetworkSettings.interBrokerListener(config));
  }

  /** Returns when clients are served. */
  @Override
  public void start() throws Exception {
    // loading the native transport and connecting to ZooKeeper take about as long: side by side
    CompletableFuture<NetworkServer> binding = new CompletableFuture<>();
    Thread.ofPlatform().name("bind").start(() -> bind(binding));
    try {
      BrokerThreads threads =
          opened(
              new BrokerThreads(
                  config.value(NetworkKeys.BACKGROUND_THREADS),
                  config.value(NetworkKeys.NUM_IO_THREADS),
                  config.value(ReplicationKeys.NUM_REPLICA_FETCHERS)));
      threads.background().execute(LogDirectories::prepareProcess);
      ZooKeeperAccess zooKeeper = opened(ZooKeeperAccess.start(config));
      embeddedZooKeeper = zooKeeper.embeddedServer();
      ZooKeeperClient session = zooKeeper.session();
      String clusterId =
          await(ClusterSetup.prepare(session, () -> Uuid.random(new SecureRandom()).toString()));
      int brokerId = brokerId(session);
      opened(security);
      NetworkServer network = await(binding);
      endpoints = advertised(network);
      BrokerIdentity identity =
          new BrokerIdentity(
              brokerId, clusterId, endpoints, NetworkSettings.unadvertised(networkConfig));
      BrokerServices services =
          opened(
              BrokerServices.start(
                  config,
                  identity,
                  session,
                  threads,
                  handlers,
                  network.connectionLimits(),
                  security,
                  quotas,
                  this::stopBecause));
      services.measure(network, security.loginCounts());
      // first others are told that this broker goes, then clients, and the logs are closed last
      opened(network::stop);
      opened(services::leave);
      network.acceptBrokers();
      services.join();
      network.accept();
    } catch (Exception | Error e) {
      stop();
      release(binding);
      throw e;
    }
  }

  /** Waits for the ports to be bound, if they are to be: only then they can be let go of. */
  private static void release(CompletableFuture<NetworkServer> binding) {
    binding
        .handle((server, failure) -> {
          if (server != null) {
            server.stop();
          }
          return server;
        })
        .join();
  }

  private void bind(CompletableFuture<NetworkServer> binding) {
    try {
      NetworkServer server =
          new NetworkServer(
              networkConfig, handlers, quotas.clients().requestTime(), quotas.connections());
      server.bind();
      binding.complete(server);
    } catch (NetworkServer.BindException e) {
      binding.completeExceptionally(new StartException(String.valueOf(e.getMessage()), e));
    } catch (RuntimeException | Error e) {
      binding.completeExceptionally(e);
    }
  }

  /** Remembers what has to be closed, the latest first. */
  private synchronized <T extends AutoCloseable> T opened(T part) throws Exception {
    if (isStopping) {
      part.close();
      throw new StartException("The broker was stopped while it started");
    }
    started.add(part);
    return part;
  }

  private int brokerId(ZooKeeperClient session) throws Exception {
    int configured = config.value(BrokerKeys.BROKER_ID);
    int earlier = StorageConfig.earlierBrokerId(config);
    if (configured >= 0 || earlier >= 0) {
      return configured >= 0 ? configured : earlier;
    }
    if (!config.value(BrokerKeys.BROKER_ID_GENERATION_ENABLE)) {
      throw new StartException(
          "broker.id is not set, and broker.id.generation.enable=false: set one of them");
    }
    return await(BrokerIds.generate(session, config.value(BrokerKeys.RESERVED_BROKER_MAX_ID)));
  }

  /** Waits for a step of the start; what it fails with comes out as it is. */
  static <T> T await(CompletableFuture<T> step) throws Exception {
    try {
      return step.get(START_STEP_MAX_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    } catch (TimeoutException e) {
      throw new StartException(
          "A step of the start has not come to an end within " + START_STEP_MAX_SECONDS + " s", e);
    }
  }

  /** What {@code --zookeeper} of the tools is given, where the server is ours. */
  public Optional<String> embeddedZooKeeper() {
    return embeddedZooKeeper;
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

  /** The broker cannot go on. Stops it on a thread of its own. */
  private void stopBecause(String reason) {
    log.error("The broker stops. {}", reason);
    failure = reason;
    Thread.ofPlatform().name("stop").start(this::stop);
  }

  /** What the broker stopped itself for; null if it did not. */
  public @Nullable String failure() {
    return failure;
  }

  /** Waits until {@link #stop} has come to an end. */
  public void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  /** Stops everything that was started; a second call does nothing. */
  @Override
  public void stop() {
    List<AutoCloseable> parts;
    synchronized (this) {
      isStopping = true;
      parts = new ArrayList<>(started).reversed();
      started.clear();
    }
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        log.error("A part of the broker did not stop cleanly", e);
      }
    }
    stopped.countDown();
  }
}
