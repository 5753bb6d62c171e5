package org.odradek.broker.main;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.authentication.TokenLogins;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.DelegationKeys;
import org.odradek.broker.config.Secret;
import org.odradek.broker.delegation.CreateDelegationTokenHandler;
import org.odradek.broker.delegation.DelegationTokenSecret;
import org.odradek.broker.delegation.DelegationTokens;
import org.odradek.broker.delegation.DescribeDelegationTokenHandler;
import org.odradek.broker.delegation.ExpireDelegationTokenHandler;
import org.odradek.broker.delegation.RenewDelegationTokenHandler;
import org.odradek.controller.delegation.DelegationTokenChanges;
import org.odradek.controller.delegation.DelegationTokenStore;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.protocol.Uuid;

/** Delegation tokens: none of them without a secret key, but their requests are answered. */
final class DelegationServices {
  private final ZooKeeperDelegationTokens repository = new ZooKeeperDelegationTokens();
  private final @Nullable DelegationTokens tokens;
  private final long checkIntervalMs;

  private DelegationServices(BrokerConfig config) {
    Secret secret = DelegationKeys.secretKey(config);
    SecureRandom random = new SecureRandom();
    this.tokens =
        secret == null
            ? null
            : new DelegationTokens(
                new DelegationTokenSecret(secret),
                new DelegationTokens.Lifetimes(
                    config.value(DelegationKeys.DELEGATION_TOKEN_MAX_LIFETIME_MS),
                    config.value(DelegationKeys.DELEGATION_TOKEN_EXPIRY_TIME_MS)),
                repository,
                InstantSource.system(),
                () -> Uuid.random(random).toString());
    this.checkIntervalMs = config.value(DelegationKeys.DELEGATION_TOKEN_EXPIRY_CHECK_INTERVAL_MS);
  }

  static DelegationServices of(BrokerConfig config) {
    return new DelegationServices(config);
  }

  /** How clients log in with tokens. */
  TokenLogins logins() {
    return tokens == null ? TokenLogins.NONE : tokens;
  }

  /** Reads all tokens, before anybody is let in. */
  void start(ZooKeeperClient session, BrokerThreads threads, BooleanSupplier isController)
      throws Exception {
    DelegationTokens enabled = tokens;
    if (enabled == null) {
      return;
    }
    repository.connected(new DelegationTokenStore(session));
    Broker.await(new DelegationTokenChanges(session, System::currentTimeMillis, enabled).start());
    var unused =
        threads
            .scheduler()
            .scheduleWithFixedDelay(
                () -> {
                  if (isController.getAsBoolean()) {
                    enabled.removeExpired();
                  }
                },
                checkIntervalMs,
                checkIntervalMs,
                TimeUnit.MILLISECONDS);
  }

  void register(HandlerRegistry handlers) {
    handlers.registerAll(
        List.of(
            new CreateDelegationTokenHandler(tokens),
            new RenewDelegationTokenHandler(tokens),
            new ExpireDelegationTokenHandler(tokens),
            new DescribeDelegationTokenHandler(tokens)));
  }
}
