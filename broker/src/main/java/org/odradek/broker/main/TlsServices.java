package org.odradek.broker.main;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.LoginCounts;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.ConfigGuard;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.Listener;
import org.odradek.broker.config.SslKeys;
import org.odradek.broker.network.SecurityProtocol;
import org.odradek.broker.network.TlsHandlerFactory;
import org.odradek.broker.peer.PeerTlsHandlerFactory;
import org.odradek.broker.tls.ListenerTls;
import org.odradek.broker.tls.TlsResources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS of all listeners that have it. Costs nothing where none has. */
final class TlsServices implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TlsServices.class);

  /** How often files are looked at. */
  private static final long LOOK_INTERVAL_MS = 5_000;

  private final BrokerConfig initial;
  private final Map<String, ListenerTls> listeners = new LinkedHashMap<>();
  private final TlsResources resources = new TlsResources();
  private volatile CompletableFuture<Void> reloading = CompletableFuture.completedFuture(null);

  private @Nullable DynamicConfigs configs;

  TlsServices(BrokerConfig initial) {
    this.initial = initial;
  }

  /**
   * Reads the stores of a listener.
   *
   * @throws ConfigException when they cannot be used
   */
  TlsHandlerFactory open(Listener listener) {
    SecurityProtocol protocol = SecurityProtocol.valueOf(listener.protocol().name());
    boolean forPeers = listener.name().equals(NetworkSettings.interBrokerListener(initial));
    ListenerTls tls =
        ListenerTls.open(initial, listener.name(), protocol.usesSasl(), forPeers, resources);
    listeners.put(listener.name(), tls);
    return tls;
  }

  /**
   * Of the listener that brokers use among themselves.
   *
   * @throws IllegalStateException when it was not opened
   */
  PeerTlsHandlerFactory peers() {
    ListenerTls tls = listeners.get(NetworkSettings.interBrokerListener(initial));
    if (tls == null) {
      throw new IllegalStateException("the listener for brokers has no TLS");
    }
    return tls.peers();
  }

  /**
   * Brings changed settings and changed files to the listeners. Called before settings are read
   * from ZooKeeper.
   */
  void follow(DynamicConfigs configs, BrokerThreads threads) {
    if (listeners.isEmpty()) {
      return;
    }
    this.configs = configs;
    configs.subscribe(SslKeys.dynamic(), config -> reload(config, threads));
    configs.guard(SslKeys.dynamic(), guard(configs, threads));
    var unused =
        threads
            .scheduler()
            .scheduleWithFixedDelay(
                () -> {
                  if (reloading.isDone()) {
                    reload(configs.current(), threads);
                  }
                },
                LOOK_INTERVAL_MS,
                LOOK_INTERVAL_MS,
                TimeUnit.MILLISECONDS);
  }

  /** Those of the listeners that have TLS, by name. */
  Map<String, LoginCounts> counts() {
    Map<String, LoginCounts> counts = new LinkedHashMap<>();
    listeners.forEach((name, tls) -> counts.put(name, tls.counts()));
    return counts;
  }

  /**
   * Waits for changes that are being made: what is set in ZooKeeper is in use then.
   *
   * @throws ConfigException when a listener has no key store even now
   */
  void awaitReloaded() throws Exception {
    Broker.await(reloading);
    DynamicConfigs followed = configs;
    BrokerConfig current = followed == null ? initial : followed.current();
    listeners.values().forEach(tls -> tls.requireKeys(current));
  }

  /** One after the other, on threads that may wait for disks. */
  private synchronized void reload(BrokerConfig config, BrokerThreads threads) {
    reloading = reloading.thenRunAsync(() -> reloadNow(config), threads.background());
  }

  private void reloadNow(BrokerConfig config) {
    for (ListenerTls tls : listeners.values()) {
      try {
        tls.reload(config);
      } catch (ConfigException e) {
        log.error(
            "The TLS settings of listener {} stay as they were: {}", tls.name(), e.getMessage());
      } catch (RuntimeException e) {
        log.error("The TLS settings of listener {} stay as they were", tls.name(), e);
      }
    }
  }

  private ConfigGuard guard(DynamicConfigs configs, BrokerThreads threads) {
    return new ConfigGuard() {
      @Override
      public CompletableFuture<Void> check(BrokerConfig after) {
        return CompletableFuture.runAsync(
            () -> listeners.values().forEach(tls -> tls.check(after)), threads.background());
      }

      @Override
      public void written(BrokerConfig after) {
        // other values are heard of by the change itself; the same ones, by way of the files, here
        reload(configs.current(), threads);
      }
    };
  }

  @Override
  public void close() {
    listeners.values().forEach(ListenerTls::close);
    resources.close();
  }
}
