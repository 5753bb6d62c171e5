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
  public static final ConfigKey<Long> SASL_KERBEROS_MIN_TIME_BEFORE_RELOGIN =
      ConfigKey.ofLong("sasl.kerberos.min.time.before.relogin");
  public static final ConfigKey<List<String>> SASL_KERBEROS_PRINCIPAL_TO_LOCAL_RULES =
      ConfigKey.ofList("sasl.kerberos.principal.to.local.rules");
  public static final ConfigKey<String> SASL_KERBEROS_SERVICE_NAME =
      ConfigKey.ofString("sasl.kerberos.service.name");
  public static final ConfigKey<Double> SASL_KERBEROS_TICKET_RENEW_JITTER =
      ConfigKey.ofDouble("sasl.kerberos.ticket.renew.jitter");
  public static final ConfigKey<Double> SASL_KERBEROS_TICKET_RENEW_WINDOW_FACTOR =
      ConfigKey.ofDouble("sasl.kerberos.ticket.renew.window.factor");
  public static final ConfigKey<String> SASL_MECHANISM_INTER_BROKER_PROTOCOL =
      ConfigKey.ofString("sasl.mechanism.inter.broker.protocol");
  public static final ConfigKey<Integer> SASL_SERVER_MAX_RECEIVE_SIZE =
      ConfigKey.ofInt("sasl.server.max.receive.size");

  private SaslKeys() {}
}
