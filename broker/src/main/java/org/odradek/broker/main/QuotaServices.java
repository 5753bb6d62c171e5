package org.odradek.broker.main;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigKey;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.NetworkKeys;
import org.odradek.broker.config.QuotaKeys;
import org.odradek.broker.metrics.MetricName;
import org.odradek.broker.metrics.Metrics;
import org.odradek.broker.quota.AlterClientQuotasHandler;
import org.odradek.broker.quota.ClientQuotas;
import org.odradek.broker.quota.ConnectionRates;
import org.odradek.broker.quota.DescribeClientQuotasHandler;
import org.odradek.broker.quota.QuotaKind;
import org.odradek.broker.quota.QuotaListener;
import org.odradek.broker.quota.QuotaRepository;
import org.odradek.broker.quota.QuotaWindow;

/** The quotas of clients, as the configuration wants them. */
final class QuotaServices {
  private final ClientQuotas clients;
  private final ConnectionRates connections;
  private final Set<String> listeners;

  private QuotaServices(ClientQuotas clients, ConnectionRates connections, Set<String> listeners) {
    this.clients = clients;
    this.connections = connections;
    this.listeners = listeners;
  }

  /**
   * @param listeners names of all that are bound
   * @param ofBrokers the one of them that brokers use
   */
  static QuotaServices of(BrokerConfig config, Set<String> listeners, String ofBrokers) {
    LongSupplier clockMs = () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    QuotaWindow window =
        window(config, QuotaKeys.QUOTA_WINDOW_NUM, QuotaKeys.QUOTA_WINDOW_SIZE_SECONDS);
    QuotaServices services =
        new QuotaServices(
            new ClientQuotas(
                window,
                window(
                    config,
                    QuotaKeys.CONTROLLER_QUOTA_WINDOW_NUM,
                    QuotaKeys.CONTROLLER_QUOTA_WINDOW_SIZE_SECONDS),
                clockMs,
                limit(config, QuotaKeys.QUOTA_PRODUCER_DEFAULT),
                limit(config, QuotaKeys.QUOTA_CONSUMER_DEFAULT)),
            new ConnectionRates(window, clockMs),
            listeners);
    if (listeners.size() > 1) {
      services.connections.protect(ofBrokers);
    }
    services.limitConnections(config);
    return services;
  }

  private static QuotaWindow window(
      BrokerConfig config, ConfigKey<Integer> samples, ConfigKey<Integer> sampleSeconds) {
    return new QuotaWindow(
        config.value(samples), TimeUnit.SECONDS.toMillis(config.value(sampleSeconds)));
  }

  private static double limit(BrokerConfig config, ConfigKey<Long> key) {
    long limit = config.value(key);
    return limit == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : limit;
  }

  /** Listeners have a rate of their own only if it is set for them. */
  private void limitConnections(BrokerConfig config) {
    ConfigKey<Integer> key = NetworkKeys.MAX_CONNECTION_CREATION_RATE;
    connections.limit(config.value(key));
    for (String listener : listeners) {
      connections.limit(
          listener, config.isSet(listener, key) ? config.value(listener, key) : Integer.MAX_VALUE);
    }
  }

  /** Called before settings are read from ZooKeeper, so that the first ones are seen too. */
  void follow(DynamicConfigs configs) {
    configs.followOthers(clients);
    configs.followOthers(connections);
    configs.subscribe(Set.of(NetworkKeys.MAX_CONNECTION_CREATION_RATE), this::limitConnections);
  }

  void register(HandlerRegistry handlers, QuotaRepository repository) {
    handlers
        .register(new DescribeClientQuotasHandler(repository))
        .register(new AlterClientQuotasHandler(repository));
  }

  /** Shows what is measured of each client, as Kafka does. */
  void measure(Metrics metrics) {
    measureConnections(metrics);
    for (QuotaKind kind : QuotaKind.values()) {
      Map<String, Supplier<? extends Number>> ofAll = new LinkedHashMap<>();
      ofAll.put("queue-size", () -> (double) clients.heldBack(kind));
      if (kind == QuotaKind.REQUEST) {
        ofAll.put("exempt-request-time", clients::exemptRequestTime);
      }
      metrics.numbers(MetricName.ofNumbers("kafka.server", kind.metricType()), ofAll);
    }
    clients.follow(
        new QuotaListener() {
          @Override
          public void added(QuotaKind kind, String user, String clientId, Reading reading) {
            Map<String, Supplier<? extends Number>> numbers = new LinkedHashMap<>();
            numbers.put(kind.rateName(), reading::rate);
            numbers.put("throttle-time", reading::throttleTimeMs);
            if (kind == QuotaKind.CONTROLLER_MUTATION) {
              numbers.put("tokens", reading::tokens);
            }
            metrics.numbers(name(kind, user, clientId), numbers);
          }

          @Override
          public void removed(QuotaKind kind, String user, String clientId) {
            metrics.remove(name(kind, user, clientId));
          }
        });
  }

  /** Shows the connections of each address that has a limit, as Kafka does. */
  private void measureConnections(Metrics metrics) {
    connections.follow(
        new ConnectionRates.Listener() {
          @Override
          public void added(InetAddress address, DoubleSupplier perSecond) {
            metrics.numbers(
                name(address), Map.of("connection-accept-rate", perSecond::getAsDouble));
          }

          @Override
          public void removed(InetAddress address) {
            metrics.remove(name(address));
          }

          private static MetricName name(InetAddress address) {
            return MetricName.ofNumbers("kafka.server", "socket-server-metrics")
                .tagged("ip", address.getHostAddress());
          }
        });
  }

  private static MetricName name(QuotaKind kind, String user, String clientId) {
    MetricName name = MetricName.ofNumbers("kafka.server", kind.metricType());
    if (!user.isEmpty()) {
      name = name.tagged("user", user);
    }
    return clientId.isEmpty() ? name : name.tagged("client-id", clientId);
  }

  ClientQuotas clients() {
    return clients;
  }

  ConnectionRates connections() {
    return connections;
  }
}
