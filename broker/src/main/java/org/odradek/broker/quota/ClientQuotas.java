package org.odradek.broker.quota;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.RequestTimeLimit;
import org.odradek.broker.api.Responder;
import org.odradek.controller.config.ConfigChangeHandler;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ApiKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The quotas of clients, with limits that follow the settings of users and clients in ZooKeeper.
 *
 * <p>Thread-safety: changes come from one thread at a time; everything else from any thread.
 */
public final class ClientQuotas implements ConfigChangeHandler {
  private static final Logger log = LoggerFactory.getLogger(ClientQuotas.class);

  private final Map<QuotaKind, QuotaLimits> limits = new EnumMap<>(QuotaKind.class);
  private final LongSupplier clockMs;
  private final ClientQuota produce;
  private final ClientQuota fetch;
  private final ClientQuota request;
  private final RateWindow exemptNanos;
  private final MutationQuota mutations;

  /**
   * @param clients how the use of clients is measured
   * @param mutations how changes to topics are measured
   * @param clockMs milliseconds on a clock that never goes back
   * @param producerDefault bytes a second of client ids without a quota, from the configuration;
   *     infinite for none
   * @param consumerDefault the same for consumers
   */
  public ClientQuotas(
      QuotaWindow clients,
      QuotaWindow mutations,
      LongSupplier clockMs,
      double producerDefault,
      double consumerDefault) {
    this.clockMs = clockMs;
    this.produce = quota(limits(QuotaKind.PRODUCE, producerDefault), clients, Integer.MAX_VALUE);
    this.fetch = quota(limits(QuotaKind.FETCH, consumerDefault), clients, Integer.MAX_VALUE);
    this.request =
        quota(limits(QuotaKind.REQUEST, Double.POSITIVE_INFINITY), clients, clients.sampleMs());
    this.exemptNanos = RateWindow.ofClients(clients.samples(), clients.sampleMs());
    this.mutations =
        new MutationQuota(
            limits(QuotaKind.CONTROLLER_MUTATION, Double.POSITIVE_INFINITY),
            mutations.samples(),
            mutations.sampleMs(),
            clockMs);
  }

  private QuotaLimits limits(QuotaKind kind, double fallback) {
    QuotaLimits ofKind = new QuotaLimits(fallback);
    limits.put(kind, ofKind);
    return ofKind;
  }

  private ClientQuota quota(QuotaLimits limits, QuotaWindow window, long throttleMaxMs) {
    return new ClientQuota(limits, window.samples(), window.sampleMs(), throttleMaxMs, clockMs);
  }

  public ClientQuota produce() {
    return produce;
  }

  public ClientQuota fetch() {
    return fetch;
  }

  public MutationQuota mutations() {
    return mutations;
  }

  /** The quota of request time. Logins are exempt, as it is not known yet whose they are. */
  public RequestTimeLimit requestTime() {
    return new RequestTimeLimit() {
      @Override
      public boolean isMeasured() {
        return request.isActive();
      }

      @Override
      public int charge(RequestContext context, long nanos, Responder<?> out) {
        boolean isLogin =
            context.apiKey() == ApiKey.SASL_HANDSHAKE
                || context.apiKey() == ApiKey.SASL_AUTHENTICATE;
        return isLogin ? 0 : request.charge(context, nanos, out);
      }

      @Override
      public void exempt(long nanos) {
        exemptNanos.record(nanos, clockMs.getAsLong());
      }
    };
  }

  /**
   * The time of threads that other brokers' requests take, lately: 100 is all of one thread's. As
   * in Kafka it is measured while anybody has a quota of request time.
   */
  public double exemptRequestTime() {
    return exemptNanos.perSecond(clockMs.getAsLong()) / QuotaKind.REQUEST.unitsPerLimit();
  }

  /** Has a listener told of all that is measured. */
  public void follow(QuotaListener listener) {
    follow(QuotaKind.PRODUCE, produce, listener);
    follow(QuotaKind.FETCH, fetch, listener);
    follow(QuotaKind.REQUEST, request, listener);
    QuotaKind kind = QuotaKind.CONTROLLER_MUTATION;
    mutations
        .buckets()
        .follow(
            (client, bucket) ->
                listener.added(
                    kind,
                    client.user(),
                    client.clientId(),
                    reading(kind, bucket.used(), bucket::tokens)),
            (client, bucket) -> listener.removed(kind, client.user(), client.clientId()));
  }

  /** Clients that are held back now because of a kind of quota. */
  public int heldBack(QuotaKind kind) {
    return switch (kind) {
      case PRODUCE -> produce.heldBack();
      case FETCH -> fetch.heldBack();
      case REQUEST -> request.heldBack();
      case CONTROLLER_MUTATION -> mutations.heldBack();
    };
  }

  private void follow(QuotaKind kind, ClientQuota quota, QuotaListener listener) {
    quota
        .usages()
        .follow(
            (client, usage) ->
                listener.added(
                    kind,
                    client.user(),
                    client.clientId(),
                    reading(kind, usage, nowMs -> Double.NaN)),
            (client, usage) -> listener.removed(kind, client.user(), client.clientId()));
  }

  private QuotaListener.Reading reading(
      QuotaKind kind, ClientUsage usage, LongToDoubleFunction tokens) {
    return new QuotaListener.Reading() {
      @Override
      public double rate() {
        return usage.perSecond(clockMs.getAsLong()) / kind.unitsPerLimit();
      }

      @Override
      public double throttleTimeMs() {
        return usage.throttleTimeMs(clockMs.getAsLong());
      }

      @Override
      public double tokens() {
        return tokens.applyAsDouble(clockMs.getAsLong());
      }
    };
  }

  @Override
  public void configChanged(ConfigEntity entity, Map<String, String> settings) {
    QuotaEntity limited = QuotaEntity.of(entity);
    if (limited == null) {
      return;
    }
    limits.forEach((kind, ofKind) -> {
      Double limit = limit(entity, kind.settingName(), settings);
      ofKind.set(limited, limit == null ? null : limit * kind.unitsPerLimit());
    });
  }

  /** What a setting says; null if it says nothing, or nothing that can be understood. */
  static @Nullable Double limit(ConfigEntity entity, String name, Map<String, String> settings) {
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
