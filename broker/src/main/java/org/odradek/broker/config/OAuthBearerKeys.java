package org.odradek.broker.config;

import java.util.List;

/** Typed names of the configuration keys about OAUTHBEARER. */
public final class OAuthBearerKeys {
  public static final ConfigKey<Integer> SASL_LOGIN_CONNECT_TIMEOUT_MS =
      ConfigKey.ofInt("sasl.login.connect.timeout.ms");
  public static final ConfigKey<Integer> SASL_LOGIN_READ_TIMEOUT_MS =
      ConfigKey.ofInt("sasl.login.read.timeout.ms");
  public static final ConfigKey<Short> SASL_LOGIN_REFRESH_BUFFER_SECONDS =
      ConfigKey.ofShort("sasl.login.refresh.buffer.seconds");
  public static final ConfigKey<Short> SASL_LOGIN_REFRESH_MIN_PERIOD_SECONDS =
      ConfigKey.ofShort("sasl.login.refresh.min.period.seconds");
  public static final ConfigKey<Double> SASL_LOGIN_REFRESH_WINDOW_FACTOR =
      ConfigKey.ofDouble("sasl.login.refresh.window.factor");
  public static final ConfigKey<Long> SASL_LOGIN_RETRY_BACKOFF_MAX_MS =
      ConfigKey.ofLong("sasl.login.retry.backoff.max.ms");
  public static final ConfigKey<Long> SASL_LOGIN_RETRY_BACKOFF_MS =
      ConfigKey.ofLong("sasl.login.retry.backoff.ms");
  public static final ConfigKey<String> SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_ID =
      ConfigKey.ofString("sasl.oauthbearer.client.credentials.client.id");
  public static final ConfigKey<Secret> SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_SECRET =
      ConfigKey.ofSecret("sasl.oauthbearer.client.credentials.client.secret");
  public static final ConfigKey<Integer> SASL_OAUTHBEARER_CLOCK_SKEW_SECONDS =
      ConfigKey.ofInt("sasl.oauthbearer.clock.skew.seconds");
  public static final ConfigKey<List<String>> SASL_OAUTHBEARER_EXPECTED_AUDIENCE =
      ConfigKey.ofList("sasl.oauthbearer.expected.audience");
  public static final ConfigKey<String> SASL_OAUTHBEARER_EXPECTED_ISSUER =
      ConfigKey.ofString("sasl.oauthbearer.expected.issuer");
  public static final ConfigKey<Long> SASL_OAUTHBEARER_JWKS_ENDPOINT_REFRESH_MS =
      ConfigKey.ofLong("sasl.oauthbearer.jwks.endpoint.refresh.ms");
  public static final ConfigKey<Long> SASL_OAUTHBEARER_JWKS_ENDPOINT_RETRY_BACKOFF_MAX_MS =
      ConfigKey.ofLong("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms");
  public static final ConfigKey<Long> SASL_OAUTHBEARER_JWKS_ENDPOINT_RETRY_BACKOFF_MS =
      ConfigKey.ofLong("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms");
  public static final ConfigKey<String> SASL_OAUTHBEARER_JWKS_ENDPOINT_URL =
      ConfigKey.ofString("sasl.oauthbearer.jwks.endpoint.url");
  public static final ConfigKey<String> SASL_OAUTHBEARER_SCOPE =
      ConfigKey.ofString("sasl.oauthbearer.scope");
  public static final ConfigKey<String> SASL_OAUTHBEARER_SCOPE_CLAIM_NAME =
      ConfigKey.ofString("sasl.oauthbearer.scope.claim.name");
  public static final ConfigKey<String> SASL_OAUTHBEARER_SUB_CLAIM_NAME =
      ConfigKey.ofString("sasl.oauthbearer.sub.claim.name");
  public static final ConfigKey<String> SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL =
      ConfigKey.ofString("sasl.oauthbearer.token.endpoint.url");
  public static final ConfigKey<String> SASL_SERVER_CALLBACK_HANDLER_CLASS =
      ConfigKey.ofString("sasl.server.callback.handler.class");

  private OAuthBearerKeys() {}
}
