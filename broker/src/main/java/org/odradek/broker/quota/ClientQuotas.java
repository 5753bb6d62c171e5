package org.odradek.broker.quota;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.config.ConfigChangeHandler;
import org.odradek.controller.znode.ConfigEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The quotas of clients, with limits that follow the settings of users and clients in ZooKeeper.
 *
 * <p>Thread-safety: changes come from one thread at a time; everything else from any thread.
 */
public final class ClientQuotas implements ConfigChangeHandler {
  private static final Logger log = LoggerFactory.getLogger(ClientQuotas.class);

  private final Map<QuotaKind, ClientQuota> byKind = new EnumMap<>(QuotaKind.class);

  /**
   * Windows and clock of all quotas.
   *
   * @param samples how many are kept, the one being filled among them
   * @param sampleMs length of each
   * @param clockMs milliseconds on a clock that never goes back
   * @param producerDefault bytes a second of client ids without a quota, from the configuration;
   *     infinite for none
   * @param consumerDefault the same for consumers
   */
  public ClientQuotas(
      int samples,
      long sampleMs,
      LongSupplier clockMs,
      double producerDefault,
      double consumerDefault) {
    for (QuotaKind kind : QuotaKind.values()) {
      double fallback =
          switch (kind) {
            case PRODUCE -> producerDefault;
            case FETCH -> consumerDefault;
            default -> Double.POSITIVE_INFINITY;
          };
      byKind.put(kind, new ClientQuota(new QuotaLimits(fallback), samples, sampleMs, clockMs));
    }
  }

  public ClientQuota produce() {
    return of(QuotaKind.PRODUCE);
  }

  public ClientQuota fetch() {
    return of(QuotaKind.FETCH);
  }

  private ClientQuota of(QuotaKind kind) {
    ClientQuota quota = byKind.get(kind);
    if (quota == null) {
      throw new IllegalStateException("no quota of kind " + kind);
    }
    return quota;
  }

  @Override
  public void configChanged(ConfigEntity entity, Map<String, String> settings) {
    QuotaEntity limited = QuotaEntity.of(entity);
    if (limited != null) {
      byKind.forEach((kind, quota) ->
          quota.limits().set(limited, limit(entity, kind.settingName(), settings)));
    }
  }

  private static @Nullable Double limit(
      ConfigEntity entity, String name, Map<String, String> settings) {
    String text = settings.get(name);
    if (text == null) {
      return null;
    }
    Double limit = QuotaSetting.value(text);
    if (limit == null) {
      log.error(
          "Passed over {}={} of {}: a quota is a number that is not negative; set it again"
              + " (kafka-configs)",
          name,
          text,
          entity.path());
    }
    return limit;
  }
}
