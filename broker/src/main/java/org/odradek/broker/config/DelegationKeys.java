package org.odradek.broker.config;

import org.jspecify.annotations.Nullable;

/** Typed names of the configuration keys about delegation tokens. */
public final class DelegationKeys {
  public static final ConfigKey<Long> DELEGATION_TOKEN_EXPIRY_CHECK_INTERVAL_MS =
      ConfigKey.ofLong("delegation.token.expiry.check.interval.ms");
  public static final ConfigKey<Long> DELEGATION_TOKEN_EXPIRY_TIME_MS =
      ConfigKey.ofLong("delegation.token.expiry.time.ms");
  public static final ConfigKey<Secret> DELEGATION_TOKEN_MASTER_KEY =
      ConfigKey.ofSecret("delegation.token.master.key");
  public static final ConfigKey<Long> DELEGATION_TOKEN_MAX_LIFETIME_MS =
      ConfigKey.ofLong("delegation.token.max.lifetime.ms");
  public static final ConfigKey<Secret> DELEGATION_TOKEN_SECRET_KEY =
      ConfigKey.ofSecret("delegation.token.secret.key");

  private DelegationKeys() {}

  /** The secret key, by its name or its older one; null where there are no delegation tokens. */
  public static @Nullable Secret secretKey(BrokerConfig config) {
    Secret secret = config.optional(DelegationKeys.DELEGATION_TOKEN_SECRET_KEY);
    if (secret == null) {
      secret = config.optional(DelegationKeys.DELEGATION_TOKEN_MASTER_KEY);
    }
    return secret == null || secret.text().isEmpty() ? null : secret;
  }
}
