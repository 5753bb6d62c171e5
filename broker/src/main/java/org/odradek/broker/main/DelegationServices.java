package org.odradek.broker.main;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.authentication.ScramHash;
import org.odradek.broker.authentication.TokenLogins;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.DelegationKeys;
import org.odradek.broker.config.Listener;
import org.odradek.broker.config.SaslKeys;
import org.odradek.broker.config.Secret;
import org.odradek.broker.delegation.CreateDelegationTokenHandler;
import org.odradek.broker.delegation.DelegationTokenSecret;
import org.odradek.broker.delegation.DelegationTokens;
import org.odradek.broker.delegation.DescribeDelegationTokenHandler;
import org.odradek.broker.delegation.ExpireDelegationTokenHandler;
import org.odradek.broker.delegation.RenewDelegationTokenHandler;
import org.odradek.broker.network.SecurityProtocol;
import org.odradek.controller.delegation.DelegationTokenChanges;
import org.odradek.controller.delegation.DelegationTokenStore;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.protocol.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delegation tokens: none of them without a secret key, but their requests are answered. */
final class DelegationServices {
  private static final Logger log = LoggerFactory.getLogger(DelegationServices.class);
  private static final int CREDENTIALS_MAX_SECONDS = 60;

  private final ZooKeeperDelegationTokens repository = new ZooKeeperDelegationTokens();
  private final @Nullable DelegationTokens tokens;
  private final long checkIntervalMs;
  private final Set<ScramHash> hashes;

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
    this.hashes = hashes(config);
    this.checkIntervalMs = config.value(DelegationKeys.DELEGATION_TOKEN_EXPIRY_CHECK_INTERVAL_MS);
  }

  /** Of the mechanisms by which tokens can be used. */
  private static Set<ScramHash> hashes(BrokerConfig config) {
    Set<ScramHash> hashes = EnumSet.noneOf(ScramHash.class);
    for (Listener listener : NetworkSettings.bound(config)) {
      if (SecurityProtocol.valueOf(listener.protocol().name()).usesSasl()) {
        for (String name : config.value(listener.name(), SaslKeys.SASL_ENABLED_MECHANISMS)) {
          ScramHash hash = ScramHash.forMechanism(name);
          if (hash != null) {
            hashes.add(hash);
          }
        }
      }
    }
    return hashes;
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
    enabled.makeCredentials(hashes, threads.background());
    Broker.await(
        new DelegationTokenChanges(session, System::currentTimeMillis, threads::runLater, enabled)
            .start());
    makeCredentials(enabled);
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

  /**
   * Before clients are let in, as their logins would wait for it otherwise, and with them all that
   * is served by the same event loops.
   */
  private static void makeCredentials(DelegationTokens enabled) throws Exception {
    try {
      enabled.whenCredentialsAreMade().get(CREDENTIALS_MAX_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      log.warn(
          "Credentials of delegation tokens are still being made after {} s; first logins with"
              + " those that are left are slow",
          CREDENTIALS_MAX_SECONDS);
    }
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
