package org.odradek.broker.main;

import java.util.concurrent.TimeUnit;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigKey;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.QuotaKeys;
import org.odradek.broker.quota.AlterClientQuotasHandler;
import org.odradek.broker.quota.ClientQuotas;
import org.odradek.broker.quota.DescribeClientQuotasHandler;
import org.odradek.broker.quota.QuotaRepository;

/** The quotas of clients, as the configuration wants them. */
final class QuotaServices {
  private final ClientQuotas clients;

  private QuotaServices(ClientQuotas clients) {
    this.clients = clients;
  }

  static QuotaServices of(BrokerConfig config) {
    return new QuotaServices(
        new ClientQuotas(
            config.value(QuotaKeys.QUOTA_WINDOW_NUM),
            TimeUnit.SECONDS.toMillis(config.value(QuotaKeys.QUOTA_WINDOW_SIZE_SECONDS)),
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
            limit(config, QuotaKeys.QUOTA_PRODUCER_DEFAULT),
            limit(config, QuotaKeys.QUOTA_CONSUMER_DEFAULT)));
  }

  private static double limit(BrokerConfig config, ConfigKey<Long> key) {
    long limit = config.value(key);
    return limit == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : limit;
  }

  /** Called before settings are read from ZooKeeper, so that the first ones are seen too. */
  void follow(DynamicConfigs configs) {
    configs.followOthers(clients);
  }

  void register(HandlerRegistry handlers, QuotaRepository repository) {
    handlers
        .register(new DescribeClientQuotasHandler(repository))
        .register(new AlterClientQuotasHandler(repository));
  }

  ClientQuotas clients() {
    return clients;
  }
}
