package org.odradek.broker.config;

import java.util.List;

/** Typed names of the configuration keys about SASL. */
public final class SaslKeys {
  public static final ConfigKey<Integer> CONNECTION_FAILED_AUTHENTICATION_DELAY_MS =
      ConfigKey.ofInt("connection.failed.authentication.delay.ms");
  public static final ConfigKey<Long> CONNECTIONS_MAX_REAUTH_MS =
      ConfigKey.ofLong("connections.max.reauth.ms");
  public static final ConfigKey<List<String>> SASL_ENABLED_MECHANISMS =
      ConfigKey.ofList("sasl.enabled.mechanisms");
  public static final ConfigKey<Secret> SASL_JAAS_CONFIG = ConfigKey.ofSecret("sasl.jaas.config");
  public static final ConfigKey<String> SASL_MECHANISM_INTER_BROKER_PROTOCOL =
      ConfigKey.ofString("sasl.mechanism.inter.broker.protocol");
  public static final ConfigKey<Integer> SASL_SERVER_MAX_RECEIVE_SIZE =
      ConfigKey.ofInt("sasl.server.max.receive.size");

  private SaslKeys() {}
}
