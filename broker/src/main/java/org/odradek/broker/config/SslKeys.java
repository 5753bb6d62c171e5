package org.odradek.broker.config;

import java.util.List;
import java.util.Set;

/** Typed names of the configuration keys about TLS; each may be given for one listener. */
public final class SslKeys {
  public static final ConfigKey<Boolean> SSL_ALLOW_DN_CHANGES =
      ConfigKey.ofBoolean("ssl.allow.dn.changes");
  public static final ConfigKey<Boolean> SSL_ALLOW_SAN_CHANGES =
      ConfigKey.ofBoolean("ssl.allow.san.changes");
  public static final ConfigKey<List<String>> SSL_CIPHER_SUITES =
      ConfigKey.ofList("ssl.cipher.suites");
  public static final ConfigKey<String> SSL_CLIENT_AUTH = ConfigKey.ofString("ssl.client.auth");
  public static final ConfigKey<List<String>> SSL_ENABLED_PROTOCOLS =
      ConfigKey.ofList("ssl.enabled.protocols");
  public static final ConfigKey<String> SSL_ENDPOINT_IDENTIFICATION_ALGORITHM =
      ConfigKey.ofString("ssl.endpoint.identification.algorithm");
  public static final ConfigKey<String> SSL_ENGINE_FACTORY_CLASS =
      ConfigKey.ofString("ssl.engine.factory.class");
  public static final ConfigKey<Secret> SSL_KEY_PASSWORD = ConfigKey.ofSecret("ssl.key.password");
  public static final ConfigKey<String> SSL_KEYMANAGER_ALGORITHM =
      ConfigKey.ofString("ssl.keymanager.algorithm");
  public static final ConfigKey<Secret> SSL_KEYSTORE_CERTIFICATE_CHAIN =
      ConfigKey.ofSecret("ssl.keystore.certificate.chain");
  public static final ConfigKey<Secret> SSL_KEYSTORE_KEY = ConfigKey.ofSecret("ssl.keystore.key");
  public static final ConfigKey<String> SSL_KEYSTORE_LOCATION =
      ConfigKey.ofString("ssl.keystore.location");
  public static final ConfigKey<Secret> SSL_KEYSTORE_PASSWORD =
      ConfigKey.ofSecret("ssl.keystore.password");
  public static final ConfigKey<String> SSL_KEYSTORE_TYPE = ConfigKey.ofString("ssl.keystore.type");
  public static final ConfigKey<String> SSL_PRINCIPAL_MAPPING_RULES =
      ConfigKey.ofString("ssl.principal.mapping.rules");
  public static final ConfigKey<String> SSL_PROTOCOL = ConfigKey.ofString("ssl.protocol");
  public static final ConfigKey<String> SSL_PROVIDER = ConfigKey.ofString("ssl.provider");
  public static final ConfigKey<String> SSL_SECURE_RANDOM_IMPLEMENTATION =
      ConfigKey.ofString("ssl.secure.random.implementation");
  public static final ConfigKey<String> SSL_TRUSTMANAGER_ALGORITHM =
      ConfigKey.ofString("ssl.trustmanager.algorithm");
  public static final ConfigKey<Secret> SSL_TRUSTSTORE_CERTIFICATES =
      ConfigKey.ofSecret("ssl.truststore.certificates");
  public static final ConfigKey<String> SSL_TRUSTSTORE_LOCATION =
      ConfigKey.ofString("ssl.truststore.location");
  public static final ConfigKey<Secret> SSL_TRUSTSTORE_PASSWORD =
      ConfigKey.ofSecret("ssl.truststore.password");
  public static final ConfigKey<String> SSL_TRUSTSTORE_TYPE =
      ConfigKey.ofString("ssl.truststore.type");

  private SslKeys() {}

  /** Those that can be changed while running, for one listener of one broker. */
  public static Set<ConfigKey<?>> dynamic() {
    return Set.of(
        SSL_CIPHER_SUITES,
        SSL_CLIENT_AUTH,
        SSL_ENABLED_PROTOCOLS,
        SSL_ENDPOINT_IDENTIFICATION_ALGORITHM,
        SSL_KEY_PASSWORD,
        SSL_KEYMANAGER_ALGORITHM,
        SSL_KEYSTORE_CERTIFICATE_CHAIN,
        SSL_KEYSTORE_KEY,
        SSL_KEYSTORE_LOCATION,
        SSL_KEYSTORE_PASSWORD,
        SSL_KEYSTORE_TYPE,
        SSL_PROTOCOL,
        SSL_PROVIDER,
        SSL_SECURE_RANDOM_IMPLEMENTATION,
        SSL_TRUSTMANAGER_ALGORITHM,
        SSL_TRUSTSTORE_CERTIFICATES,
        SSL_TRUSTSTORE_LOCATION,
        SSL_TRUSTSTORE_PASSWORD,
        SSL_TRUSTSTORE_TYPE);
  }
}
